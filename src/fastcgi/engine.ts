import type { Socket } from "node:net";
import type { TsgiError } from "../common/errors.ts";
import type { Service } from "./service.ts";

/** One connection, as whichever engine serves it. */
export interface ServedConnection {
  /**
   * Closes when the running requests have been answered. Where none runs it takes one more within
   * `quietMs`, and closes after its answer, or after that time. `handOver` takes it instead of a close,
   * where the engine can do that.
   */
  drain(quietMs: number, handOver?: (socket: Socket) => void): void;
  /** Ends the running requests. */
  abort(reason: TsgiError): void;
  /** Answers the running requests at once, where it can: the process is about to end. */
  refuse(reason: TsgiError): void;
}

/** Takes a connection; an adopted one has been used by another process. */
export type Engine = (
  socket: Socket,
  service: Service,
  isAdopted: boolean,
) => ServedConnection;
