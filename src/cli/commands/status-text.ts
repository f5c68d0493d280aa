// A status, for a terminal.
import { basename } from "node:path";
import { printable } from "../../common/failure.ts";
import type { Status, WorkerFigures } from "../../insight/figures.ts";
import { durationText, percentText, sizeText } from "../../insight/readable.ts";
import { quantile } from "../../insight/totals.ts";

/** Events to show. */
const EVENTS = 5;
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
      : `, half within ${durationText(half)}, 99 % within ${durationText(most)}`;
  const replaced = Object.entries(restarts)
    .map(([reason, count]) => `${count} × ${reason}`)
    .join(", ");
  const lines = [
    `${basename(status.application)}: ${count(status.workers.length, "worker")}, generation ${status.generation}, up ${durationText(now - status.startedAt)}, tsgi ${status.version}, Node ${status.node}`,
    "",
    ...table([COLUMNS, ...status.workers.map((worker) => row(worker, now))]),
    "",
    `${count(totals.total, "request")}, ${totals.failed} failed, ${totals.aborted} aborted, ${totals.refused} refused${times}`,
    ...(replaced === "" ? [] : [`replaced: ${replaced}`]),
    ...(reloadFailure === undefined
      ? []
      : [
          "",
          `The last reload failed: ${reloadFailure.split("\n").map(printable).join("\n  ")}`,
        ]),
    ...(events.length === 0 ? [] : [""]),
    ...events.slice(0, EVENTS).map(({ at, what }) => {
      return `${durationText(now - at).padStart(12)} ago  ${printable(what)}`;
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
    durationText(now - worker.startedAt),
    `${requests.total}`,
    worker.perSecond.toFixed(1),
    `${worker.running}`,
    `${worker.queued}`,
    sizeText(memory.rss),
    percentText(eventLoop.utilization),
    durationText(eventLoop.lagMs),
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

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
