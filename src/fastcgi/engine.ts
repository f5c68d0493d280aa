import type { Socket } from "node:net";
import type { TsgiError } from "../common/errors.ts";
import type { Service } from "./service.ts";

/** One connection, as whichever engine serves it. */
export interface ServedConnection {
  /**
   * Closes when the running requests have been answered. Where none runs it takes one more within
   * `quietMs`, and closes after its answer, or after that time.
   */
  drain(quietMs: number): void;
  /** Ends the running requests. */
  abort(reason: TsgiError): void;
  /** Answers the running requests at once, where it can: the process is about to end. */
  refuse(reason: TsgiError): void;
}

/** Takes a connection. */
export type Engine = (socket: Socket, service: Service) => ServedConnection;
