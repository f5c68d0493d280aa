// What `tsgi ctl` and a supervisor say to each other: one line of JSON each way, on a connection of its own.
import type { Status } from "../insight/figures.ts";

/** What a supervisor can be asked for. */
export type ControlRequest =
  | { readonly command: "status" }
  /** Answered when the new workers serve, or cannot. */
  | { readonly command: "reload" }
  | { readonly command: "scale"; readonly workers: number }
  | { readonly command: "reopen" }
  /** Answered at once: requests may run for long. */
  | { readonly command: "stop" };

/** What it answers. */
export type ControlAnswer =
  | { readonly ok: true; readonly status?: Status }
  | { readonly ok: false; readonly message: string };

/** Characters of a line. */
export const MAX_REQUEST = 1_000;
/** More workers than these are a slip. */
export const MAX_WORKERS = 1_000;

/** Reads a line. @throws {Error} that tells what is wrong with it */
export function parseRequest(line: string): ControlRequest {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Error("Cannot read the command: it is not JSON");
  }
  const { command, workers } = (value ?? {}) as Record<string, unknown>;
  switch (command) {
    case "status":
    case "reload":
    case "reopen":
    case "stop":
      return { command };
    case "scale":
      if (!isCount(workers)) {
        throw new Error(
          `Cannot scale to ${JSON.stringify(workers)}: it is not a whole number from 1 to ${MAX_WORKERS}`,
        );
      }
      return { command, workers };
    default:
      throw new Error(
        `Cannot obey ${JSON.stringify(command)}: there are status, reload, scale, reopen and stop`,
      );
  }
}

/** Whether there can be so many workers. */
export function isCount(value: unknown): value is number {
  return (
    typeof value === "number" &&
    Number.isInteger(value) &&
    value >= 1 &&
    value <= MAX_WORKERS
  );
}
