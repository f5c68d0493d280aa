// Sees from another thread when this one is blocked: it could not see it itself.
import { url as inspectorUrl } from "node:inspector";
import { Worker } from "node:worker_threads";
import type { RunningRequest } from "../insight/running-requests.ts";
import type { RecordSink } from "./block-record.ts";
import { type BlockLimits, intervalOf } from "./block-watch.ts";
import { answerWith } from "./culprit.ts";
import { BEATS, IS_DEBUGGED, type WatchdogData } from "./watchdog-data.ts";

/** What a watchdog needs to know. */
export interface WatchdogOptions extends BlockLimits {
  readonly sink: RecordSink;
  /** Requests that run. */
  readonly running: () => readonly RunningRequest[];
  /** Told why there is no watchdog any more. */
  readonly onError: (error: Error) => void;
}

/** Our own file beside this one: compiled, or as it is in tests. A built file has none beside it, and no URL. */
const THREAD = URL.canParse(import.meta.url)
  ? new URL(import.meta.url.replace(/watchdog(\.[jt]s)$/, "watchdog-thread$1"))
  : undefined;
const IS_COMPILED = THREAD?.pathname.endsWith(".js") === true;
/** MiB. It needs two, and more for a moment where it lists the scripts of a large program. */
const HEAP = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 1 };

/** A thread that watches this one, from {@link Watchdog.start} on. */
export class Watchdog {
  readonly #thread: Worker;
  readonly #timer: NodeJS.Timeout;

  /** One of the limits must not be 0. Undefined in a built file, which has no program for the thread. */
  static start(options: WatchdogOptions): Watchdog | undefined {
    return THREAD && new Watchdog(options, THREAD);
  }

  private constructor(options: WatchdogOptions, thread: URL) {
    const { slowMs, blockTimeoutMs, sink, running, onError } = options;
    const life = new Int32Array(new SharedArrayBuffer(8));
    const workerData: WatchdogData = { life, slowMs, blockTimeoutMs, sink };
    answerWith(running);
    this.#thread = new Worker(thread, {
      workerData,
      resourceLimits: HEAP,
      // Not what was to be loaded in front of the application.
      ...(IS_COMPILED && { execArgv: [], env: {} }),
    });
    this.#thread.on("error", onError);
    this.#thread.unref();
    this.#timer = setInterval(() => {
      Atomics.add(life, BEATS, 1);
      const isDebugged = inspectorUrl() === undefined ? 0 : 1;
      Atomics.store(life, IS_DEBUGGED, isDebugged);
    }, intervalOf(options)).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#thread.terminate();
  }
}
