import { readLimits } from "../../host/limits.ts";

/** Descriptors that are no connections: of Node and libraries, and the least an application needs. */
const OTHERS = 64;

/** How many connections a process takes at once, and why that is less than it was asked to take; undefined where it is not. */
export interface ConnectionLimit {
  readonly maxConnections: number;
  readonly note: string | undefined;
}

/**
 * Leaves descriptors for what is no connection. Beyond its limit a process declines requests, which the log
 * tells; without a descriptor it would cut them, without a word.
 *
 * @param asked by --max-connections @param openFiles RLIMIT_NOFILE, undefined where there is none
 */
export function connectionLimit(
  asked: number,
  openFiles: number | undefined = readLimits().openFiles,
): ConnectionLimit {
  if (openFiles === undefined)
    return { maxConnections: asked, note: undefined };
  const room = openFiles - Math.max(OTHERS, Math.floor(openFiles / 4));
  const maxConnections = Math.min(asked, Math.max(1, room));
  if (maxConnections === asked) return { maxConnections, note: undefined };
  const note = `${maxConnections} connections at once instead of ${asked} (--max-connections): each takes a descriptor, and RLIMIT_NOFILE is ${openFiles}`;
  return { maxConnections, note };
}
