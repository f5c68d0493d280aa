// The sections of the status page. All that is not a number is escaped: clients choose it.
import { escapeHtml } from "../common/html.ts";
import {
  DURATION_BOUNDS,
  type RequestTotals,
  type Status,
  type WorkerFigures,
} from "./figures.ts";
import {
  countText,
  durationText,
  percentText,
  sizeText,
  timeText,
} from "./readable.ts";

const CLASS_NAMES = [
  "No answer",
  "1xx",
  "2xx fine",
  "3xx redirects",
  "4xx refused",
  "5xx failed",
];
const PILLS: Readonly<Record<WorkerFigures["state"], string>> = {
  starting: "fair",
  serving: "good",
  leaving: "fair",
  stuck: "bad",
};

/** What became of the requests, and how long they took. */
export function requestSections(totals: RequestTotals): string {
  const { byClass, aborted, refused, bytesSent } = totals;
  const parts = byClass.map((count, at) =>
    count === 0 ? "" : `<i class="c${at}" style="flex:${count}"></i>`,
  );
  const classes = byClass.map((count, at) =>
    count === 0
      ? ""
      : fact(`<i class="c${at}"></i>${CLASS_NAMES[at]}`, countText(count)),
  );
  return `<div class="pair">
<section><h2>Responses</h2>
<div class="stack">${parts.join("")}</div>
<dl>${classes.join("")}${fact("Clients left", countText(aborted))}${fact("Refused, no room", countText(refused))}${fact("Bodies", sizeText(bytesSent))}</dl>
</section>
<section><h2>How long they took <small>up to so many milliseconds</small></h2>
<div class="bars">${bars(totals.durations.buckets)}</div>
</section>
</div>`;
}

function fact(name: string, value: string): string {
  return `<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function bars(buckets: readonly number[]): string {
  const highest = Math.max(1, ...buckets);
  return buckets
    .map((count, at) => {
      const bound = DURATION_BOUNDS[at];
      const label = bound === undefined ? "more" : shortBound(bound);
      const height = count === 0 ? 0 : Math.max(2, (count / highest) * 80);
      const title = `${countText(count)} ${bound === undefined ? "longer" : `within ${durationText(bound)}`}`;
      return `<div title="${title}"><i style="height:${height.toFixed(1)}%"></i>${label}</div>`;
    })
    .join("");
}

function shortBound(ms: number): string {
  return ms < 1_000 ? `${ms}` : `${ms / 1_000} s`;
}

/** A row for each process. */
export function workerSection(
  workers: readonly WorkerFigures[],
  now: number,
): string {
  const hasGenerations = new Set(workers.map((one) => one.generation)).size > 1;
  const rows = [...workers]
    .sort((one, other) => one.worker - other.worker || one.pid - other.pid)
    .map((worker) => workerRow(worker, now, hasGenerations));
  const head = [
    "<th>Worker</th><th>Process</th><th>State</th>",
    hasGenerations ? '<th class="number">Generation</th>' : "",
    numbers(["Up", "Requests", "Per second", "Running"]),
    numbers(["Waiting", "Connections", "Memory"]),
    '<th>Event loop</th><th class="number">Late by</th>',
  ];
  return `<section><h2>Processes</h2><div class="scroll"><table>
<tr>${head.join("")}</tr>
${rows.join("\n")}
</table></div></section>`;
}

function numbers(names: readonly string[]): string {
  return names.map((name) => `<th class="number">${name}</th>`).join("");
}

function workerRow(
  worker: WorkerFigures,
  now: number,
  hasGenerations: boolean,
): string {
  const { state, eventLoop, requests, memory } = worker;
  const part = percentText(eventLoop.utilization);
  return [
    `<tr><td>${worker.worker === 0 ? "–" : worker.worker}</td><td>${worker.pid}</td>`,
    `<td><span class="pill ${PILLS[state]}">${state}</span></td>`,
    hasGenerations ? number(countText(worker.generation)) : "",
    number(durationText(Math.max(0, now - worker.startedAt))),
    number(countText(requests.total)),
    number(worker.perSecond.toFixed(1)),
    number(countText(worker.running)),
    number(countText(worker.queued)),
    number(countText(worker.connections)),
    number(sizeText(memory.rss)),
    `<td><span class="gauge"><i style="width:${part.replace(" ", "")}"></i></span>${part}</td>`,
    number(durationText(eventLoop.lagMs)),
    "</tr>",
  ].join("");
}

function number(text: string): string {
  return `<td class="number">${text}</td>`;
}

/** Requests that take long, or took long. */
export function slowSection({ workers }: Status): string {
  const slow = workers
    .flatMap((worker) => worker.slow)
    .sort(
      (one, other) =>
        Number(other.isRunning) - Number(one.isRunning) || other.at - one.at,
    )
    .slice(0, 30);
  if (slow.length === 0) return "";
  const rows = slow.map(({ request, at, durationMs, isRunning, pid }) => {
    const state = isRunning
      ? '<span class="pill fair">running</span>'
      : '<span class="pill">ended</span>';
    return `<tr><td>${timeText(at)}</td>${number(durationText(durationMs))}<td>${state}</td><td>${pid}</td><td class="wide">${escapeHtml(request)}</td></tr>`;
  });
  return `<section><h2>Slow requests</h2><div class="scroll"><table>
<tr><th>Began (UTC)</th><th class="number">Took</th><th></th><th>Process</th><th>Request</th></tr>
${rows.join("\n")}
</table></div></section>`;
}

/** What happened to the processes. */
export function eventSection({ restarts, events }: Status): string {
  const reasons = Object.entries(restarts);
  if (reasons.length === 0 && events.length === 0) return "";
  const chips = reasons.map(
    ([reason, count]) =>
      `<span class="pill">${escapeHtml(reason)} × ${countText(count)}</span>`,
  );
  const rows = events.map(
    ({ at, what }) =>
      `<tr><td>${timeText(at)}</td><td class="wide">${escapeHtml(what)}</td></tr>`,
  );
  const table =
    rows.length === 0
      ? ""
      : `<div class="scroll"><table>${rows.join("\n")}</table></div>`;
  return `<section><h2>Restarts and events</h2>
<div class="chips">${chips.join("")}</div>${table}</section>`;
}
