/**
 * Codes of lines of the log that no error of ours stands behind. With those of errors they are what an alarm can
 * be set on; `tsgi explain` has a row for each.
 */
export type LogCode =
  | "BLOCKED"
  | "SLOW"
  | "UNCAUGHT"
  | "WORKER_DIED"
  | "CRASH_LOOP"
  | "RELOAD"
  | "SOCKET_LOST"
  | "LOG_LOST";
