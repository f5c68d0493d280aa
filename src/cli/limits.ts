// Holds a process that serves to its limits.
import type { Observer } from "../common/observer.ts";
import { drawLimits, type Spent, type Verdict } from "../worker/recycle.ts";
import { Recycler } from "../worker/recycler.ts";
import { size } from "./option-types.ts";
import type { LimitsValues } from "./options-limits.ts";
import type { Serving } from "./serving.ts";

const MIB = 1_048_576;

/** Observes the requests of a process, which is asked for once there is a reason why it should be replaced. */
export function limitsObserver(
  values: LimitsValues,
  servingOf: () => Serving | undefined,
): Observer {
  const limits = drawLimits(
    {
      requests: values.maxRequests ?? 0,
      memory: values.maxMemoryBytes ?? 0,
      ageMs: values.maxAgeMs ?? 0,
    },
    values.recycleJitter ?? 0,
    Math.random,
  );
  return new Recycler(limits, (verdict, spent) => {
    const serving = servingOf();
    const { reason, urgent } = verdict;
    serving?.log.info(
      `${reasonOf(verdict, spent)}: this process is to be replaced`,
    );
    serving?.leave(reason, urgent);
  });
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
