// What parent and worker say to each other, over the channel that node:child_process opens.
import type { Status, WorkerFigures } from "../insight/figures.ts";

/** A limit that a worker has reached. */
export type LimitReason = "max-requests" | "max-memory" | "max-age" | "stuck";

/** Why a worker wants to be replaced. `uncaught`: an error outside of any request; `signal`: SIGTERM, sent to it alone. */
export type LeaveReason = LimitReason | "uncaught" | "signal";

/** From a worker. */
export type WorkerMessage =
  /** The application is loaded and answered its check; the sockets are listened on. */
  | { readonly type: "ready" }
  /** It cannot serve, and ends with this status; `message` says why, on one line or with a stack. */
  | {
      readonly type: "failed";
      readonly message: string;
      readonly status: number;
    }
  /** Every second, when asked, and before it ends. */
  | { readonly type: "figures"; readonly figures: WorkerFigures }
  /** It should be replaced soon; `urgent`: it has stopped taking requests already. */
  | {
      readonly type: "leave";
      readonly reason: LeaveReason;
      readonly urgent: boolean;
    }
  /** With a handle: a kept connection, for another worker to go on with. */
  | { readonly type: "connection" }
  /** The answer to a connection: whether it goes on with it. It has read nothing of one it has not taken. */
  | { readonly type: "adopted"; readonly isTaken: boolean }
  /** Its status page was asked for. */
  | { readonly type: "status-wanted"; readonly id: number };

/** To a worker. */
export type ParentMessage =
  /** The first: who it is, and the descriptors it serves, such as `"fd:4"`. */
  | {
      readonly type: "begin";
      readonly worker: number;
      readonly generation: number;
      readonly addresses: readonly string[];
    }
  /** Stop accepting, finish what runs, end. */
  | { readonly type: "drain" }
  /** With a handle: a kept connection that another worker has answered on. */
  | { readonly type: "connection" }
  /** Answer what runs as a failure, and end at once. */
  | { readonly type: "end" }
  /** Send `figures` now. */
  | { readonly type: "figures-wanted" }
  | {
      readonly type: "status";
      readonly id: number;
      readonly status: Status;
    }
  /** Open the log files anew. */
  | { readonly type: "reopen" };
