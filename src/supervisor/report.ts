import type { LogCode } from "../common/log-codes.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** Something an operator wants to know. The supervisor does not log: whoever runs it does. */
export interface Report {
  readonly level: "info" | "warn" | "error";
  /** One line. */
  readonly what: string;
  /** What `tsgi explain` knows it by. */
  readonly code?: LogCode;
  /** More about it, for machines. */
  readonly fields?: Readonly<Record<string, string | number>>;
}

/** What a report says of a worker, for machines. */
export function fieldsOf({
  identity,
  pid,
}: WorkerHandle): Record<string, number> {
  const { worker, generation } = identity;
  return { worker, generation, ...(pid !== undefined && { worker_pid: pid }) };
}
