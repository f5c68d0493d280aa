// A status, for a terminal.
import { basename } from "node:path";
import type { Status, WorkerFigures } from "../../insight/figures.ts";
import { quantile } from "../../insight/totals.ts";

/** Events to show. */
const EVENTS = 5;
const MIB = 1_048_576;
const COLUMNS = [
  "worker",
  "pid",
  "state",
  "age",
  "requests",
  "/s",
  "running",
  "queued",
  "memory",
  "busy",
  "lag",
] as const;

/** Some lines: what serves, a row for each worker, what it has come to, and the latest events. */
export function statusText(status: Status, now: number = Date.now()): string {
  const { totals, restarts, events, reloadFailure } = status;
  const half = quantile(totals, 0.5);
  const most = quantile(totals, 0.99);
  const times =
    half === undefined || most === undefined
      ? ""
      : `, half within ${rounded(half)} ms, 99 % within ${rounded(most)} ms`;
  const replaced = Object.entries(restarts)
    .map(([reason, count]) => `${count} × ${reason}`)
    .join(", ");
  const lines = [
    `${basename(status.application)}: ${count(status.workers.length, "worker")}, generation ${status.generation}, up ${age(now - status.startedAt)}, tsgi ${status.version}, Node ${status.node}`,
    "",
    ...table([COLUMNS, ...status.workers.map((worker) => row(worker, now))]),
    "",
    `${count(totals.total, "request")}, ${totals.failed} failed, ${totals.aborted} aborted, ${totals.refused} refused${times}`,
    ...(replaced === "" ? [] : [`replaced: ${replaced}`]),
    ...(reloadFailure === undefined
      ? []
      : ["", `The last reload failed: ${reloadFailure}`]),
    ...(events.length === 0 ? [] : [""]),
    ...events.slice(0, EVENTS).map(({ at, what }) => {
      return `${age(now - at).padStart(6)} ago  ${what}`;
    }),
  ];
  return `${lines.join("\n")}\n`;
}

function row(worker: WorkerFigures, now: number): string[] {
  const { requests, memory, eventLoop } = worker;
  return [
    `${worker.worker}.${worker.generation}`,
    `${worker.pid}`,
    worker.state,
    age(now - worker.startedAt),
    `${requests.total}`,
    worker.perSecond.toFixed(1),
    `${worker.running}`,
    `${worker.queued}`,
    `${Math.round(memory.rss / MIB)} MiB`,
    `${Math.round(eventLoop.utilization * 100)} %`,
    `${rounded(eventLoop.lagMs)} ms`,
  ];
}

/** Text to the left, numbers to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = COLUMNS.map((_, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  return rows.map((cells) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 2 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join("  "),
  );
}

function age(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

function rounded(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : String(Math.round(ms));
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
