// What the log says of a blocked main thread, in pino's format: its own logger is in that thread.
import { appendFileSync } from "node:fs";
import type { Culprit } from "./culprit.ts";

/** Where records go, and which. */
export interface RecordSink {
  /** A descriptor, or the path of a file, which is opened anew for each record. */
  readonly target: number | string;
  /** For people, not as JSON. */
  readonly isText: boolean;
  /** The least that is logged, by pino's numbers. */
  readonly level: number;
}

/** A line of the log. */
export interface BlockRecord {
  readonly level: number;
  readonly code: "BLOCKED";
  readonly msg: string;
  readonly blockedMs: number;
  readonly requests?: readonly string[];
  readonly stack?: readonly string[];
}

const WARN = 40;
const FATAL = 60;

/** Its stack is known. */
export function blockedBy(
  { frames, requests }: Culprit,
  blockedMs: number,
): BlockRecord {
  const [frame = "an unknown place"] = frames;
  const [latest] = requests;
  const during = latest === undefined ? "" : `, while ${latest} runs`;
  return {
    level: WARN,
    code: "BLOCKED",
    msg: `Cannot answer any request: this process has been busy for ${seconds(blockedMs)} at ${frame}${during}`,
    blockedMs: Math.round(blockedMs),
    requests,
    stack: frames,
  };
}

/** No JavaScript runs, so that nobody can tell where. @param isWaiting whether it uses no CPU time */
export function blockedSilently(
  blockedMs: number,
  isWaiting: boolean,
): BlockRecord {
  const doing = isWaiting
    ? "waits in a call such as execSync(), readSync() of a pipe or Atomics.wait()"
    : "computes in one call, such as JSON.parse() or a regular expression";
  return {
    level: WARN,
    code: "BLOCKED",
    msg: `Cannot answer any request: this process has been busy for ${seconds(blockedMs)} outside of JavaScript: it ${doing}; if that returns, the log will have its stack`,
    blockedMs: Math.round(blockedMs),
  };
}

/** Nobody waits any longer. */
export function blockedForGood(blockedMs: number): BlockRecord {
  return {
    level: FATAL,
    code: "BLOCKED",
    msg: `Cannot go on: this process has been busy for ${seconds(blockedMs)} without a pause (--block-timeout), and is ended by SIGKILL`,
    blockedMs: Math.round(blockedMs),
  };
}

/** Writes a record at once. A log that cannot be written is no reason to do anything else. */
export function writeRecord(record: BlockRecord, sink: RecordSink): void {
  if (record.level < sink.level) return;
  const line = sink.isText ? asText(record) : asJson(record);
  try {
    appendFileSync(sink.target, `${line}\n`);
  } catch {
    // There is no further place to report to.
  }
}

function asJson({ level, ...fields }: BlockRecord): string {
  const time = new Date().toISOString();
  return JSON.stringify({ level, time, pid: process.pid, ...fields });
}

function asText({ level, code, msg, stack = [] }: BlockRecord): string {
  const time = new Date().toTimeString().slice(0, 8);
  const name = level === FATAL ? "FATAL" : "WARN";
  const head = `[${time}] ${name}: ${msg}\n    code: "${code}"`;
  return [head, ...stack.map((frame) => `    at ${frame}`)].join("\n");
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
