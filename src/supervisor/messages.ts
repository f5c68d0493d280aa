// What parent and child say to each other, over the channel that node:child_process opens.
import type { Status, WorkerFigures } from "../insight/figures.ts";

/** Why a worker wants to be replaced. */
export type LeaveReason = "max-requests" | "max-memory" | "max-age" | "stuck";

/** From a worker. */
export type WorkerMessage =
  /** The application is loaded and answered its check; the sockets are listened on. */
  | { readonly type: "ready" }
  /** It cannot serve, and ends; `message` says why, on one line or with a stack. */
  | { readonly type: "failed"; readonly message: string }
  /** Every second, and when asked. */
  | { readonly type: "figures"; readonly figures: WorkerFigures }
  /** It should be replaced soon; `urgent`: it has stopped taking requests already. */
  | {
      readonly type: "leave";
      readonly reason: LeaveReason;
      readonly urgent: boolean;
    }
  /** Its status page was asked for. */
  | { readonly type: "status-wanted"; readonly id: number };

/** To a worker. */
export type ParentMessage =
  /** Stop accepting, finish what runs, end. */
  | { readonly type: "drain"; readonly timeoutMs: number }
  /** Send `figures` now. */
  | { readonly type: "figures-wanted" }
  | {
      readonly type: "status";
      readonly id: number;
      readonly status: Status;
    }
  /** Open the log files anew. */
  | { readonly type: "reopen" };
