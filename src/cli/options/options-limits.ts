import type { OptionGroup } from "./option.ts";
import { duration, integer, percent, size } from "./option-types.ts";

/** When a process is replaced, and what is slow. */
export interface LimitsValues {
  maxRequests?: number | undefined;
  maxMemoryBytes?: number | undefined;
  maxAgeMs?: number | undefined;
  /** 0 to 1. */
  recycleJitter?: number | undefined;
  slowMs?: number | undefined;
  blockTimeoutMs?: number | undefined;
}

/** After what a process is replaced by a fresh one. */
export const limitsOptions: OptionGroup = {
  title: "Limits of a process",
  commands: ["tsgi-fcgi"],
  options: [
    {
      name: "max-requests",
      key: "maxRequests",
      type: integer(0),
      default: 0,
      help: "requests after which a process is replaced; alone, it ends with 0; 0 for none",
    },
    {
      name: "max-memory",
      key: "maxMemoryBytes",
      type: size,
      default: 0,
      help: "resident memory of a process: from 90 % it is replaced, and at it takes no further request; 0 for none",
    },
    {
      name: "max-age",
      key: "maxAgeMs",
      type: duration,
      default: 0,
      help: "time after which a process is replaced, 0 for never",
    },
    {
      name: "recycle-jitter",
      key: "recycleJitter",
      type: percent,
      default: 0.1,
      help: "how far below these limits each process may draw its own, so that not all are replaced at once",
    },
    {
      name: "slow",
      key: "slowMs",
      type: duration,
      default: 2_000,
      help: "log requests whose answer has not begun after this time, and where a process is busy for so long without a pause, with the stack; 0 for neither",
    },
    {
      name: "block-timeout",
      key: "blockTimeoutMs",
      type: duration,
      default: undefined,
      unset:
        "30s for workers and below a web server that starts another, else 0",
      help: "end a process by SIGKILL that has been busy for so long without a pause, 0 for never",
    },
  ],
};
