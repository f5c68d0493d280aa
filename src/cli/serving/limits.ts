// Holds a process that serves to its limits, and tells what is slow.
import { isatty } from "node:tty";
import type { Observer } from "../../common/observer.ts";
import { inheritedAddresses } from "../../fastcgi/inherited.ts";
import { MIB } from "../../host/units.ts";
import { nameOf } from "../../insight/recorder.ts";
import type { RunningRequests } from "../../insight/running-requests.ts";
import { drawLimits, type Spent, type Verdict } from "../../worker/recycle.ts";
import { Recycler } from "../../worker/recycler.ts";
import { SlowLog } from "../../worker/slow-log.ts";
import { Watchdog } from "../../worker/watchdog.ts";
import { LOG_LEVELS } from "../options/option.ts";
import { size } from "../options/option-types.ts";
import type { LimitsValues } from "../options/options-limits.ts";
import { STDERR } from "../terminal.ts";
import type { Serving } from "./serving.ts";

/** Where somebody starts another process. */
const BLOCK_TIMEOUT_MS = 30_000;

/** What is not right with a process that serves, or with its requests. */
export class Limits {
  readonly #values: LimitsValues;
  readonly #running: RunningRequests;
  readonly #recycler: Recycler;
  #serving: Serving | undefined;

  /** @param running observes the requests of this process */
  constructor(values: LimitsValues, running: RunningRequests) {
    this.#values = values;
    this.#running = running;
    const limits = drawLimits(
      {
        requests: values.maxRequests ?? 0,
        memory: values.maxMemoryBytes ?? 0,
        ageMs: values.maxAgeMs ?? 0,
      },
      values.recycleJitter ?? 0,
      Math.random,
    );
    this.#recycler = new Recycler(limits, (verdict, spent) =>
      this.#leave(verdict, spent),
    );
  }

  /** Who wants to know of requests. */
  get observer(): Observer {
    return this.#recycler;
  }

  /** From now on this process is looked after, until it ends. */
  watch(serving: Serving): void {
    this.#serving = serving;
    const { log, place, values } = serving;
    const { logFile } = values;
    const { slowMs = 0 } = this.#values;
    if (slowMs > 0) {
      new SlowLog(slowMs, this.#running, ({ variables }, ms) => {
        const request = nameOf(variables);
        const durationMs = Math.round(ms);
        log.warn(
          { code: "SLOW", request, durationMs },
          `${request} has run for ${durationMs} ms, and its answer has not begun`,
        );
      });
    }
    const isReplaced = place.worker > 0 || inheritedAddresses().length > 0;
    const blockTimeoutMs =
      this.#values.blockTimeoutMs ?? (isReplaced ? BLOCK_TIMEOUT_MS : 0);
    if (slowMs === 0 && blockTimeoutMs === 0) return;
    const watchdog = Watchdog.start({
      slowMs,
      blockTimeoutMs,
      sink: {
        target: logFile ?? STDERR,
        isText: logFile === undefined && isatty(STDERR),
        level: log.levels.values[log.level] ?? LOG_LEVELS.length * 10,
      },
      running: () => this.#running.describe(),
      onError: (error) =>
        log.warn(
          { err: error },
          "the watchdog has ended: nobody will see that this process is blocked",
        ),
    });
    serving.onEnd(() => watchdog?.stop());
  }

  #leave(verdict: Verdict, spent: Spent): void {
    const { reason, urgent } = verdict;
    const why = reasonOf(verdict, spent);
    this.#serving?.log.info(`${why}: this process is to be replaced`);
    this.#serving?.leave(reason, urgent);
  }
}

function reasonOf({ reason }: Verdict, spent: Spent): string {
  switch (reason) {
    case "max-requests":
      return `${spent.requests} requests are served (--max-requests)`;
    case "max-memory":
      return `${size.format(Math.round(spent.memory / MIB) * MIB)} of memory are in use (--max-memory)`;
    case "max-age":
      return `${Math.round(spent.ageMs / 1_000)} s have passed since the start (--max-age)`;
    case "stuck":
      return "an application goes on although its time (--request-timeout) and its grace (--abort-grace) are over";
  }
}
