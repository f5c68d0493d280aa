// The status for people: one page without a script, that asks anew by itself.
import { escapeHtml } from "../common/html.ts";
import type { Status } from "./figures.ts";
import {
  countText,
  durationText,
  percentText,
  sizeText,
  timeText,
} from "./readable.ts";
import {
  eventSection,
  requestSections,
  slowSection,
  workerSection,
} from "./status-sections.ts";
import { STYLE } from "./status-style.ts";
import { quantile } from "./totals.ts";

/** Seconds after which the page is asked for again. */
const REFRESH = 5;

/** @param now milliseconds since 1970; @param refreshes whether the page is asked for again by itself */
export function statusPage(
  status: Status,
  now: number,
  refreshes: boolean,
): string {
  const refresh = refreshes
    ? `\n<meta http-equiv="refresh" content="${REFRESH}">`
    : "";
  const name = status.application.split("/").at(-1) ?? "";
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">${refresh}
<title>${escapeHtml(name)}: status</title>
<style>${STYLE}</style>
${header(status, name, now)}
<main>
${failure(status)}
${tiles(status)}
${requestSections(status.totals)}
${workerSection(status.workers, now)}
${slowSection(status)}
${eventSection(status)}
</main>
${footer(refreshes, now)}
</html>
`;
}

function header(status: Status, name: string, now: number): string {
  const { version, node, startedAt, generation, supervisor } = status;
  const facts = [
    `<code>${escapeHtml(status.application)}</code>`,
    `up ${durationText(Math.max(0, now - startedAt))}`,
    generation > 1 ? `generation ${generation}` : "",
    `tsgi ${escapeHtml(version)}`,
    `Node ${escapeHtml(node)}`,
    supervisor === undefined ? "" : `supervisor ${supervisor.pid}`,
  ].filter(Boolean);
  return `<header>
<h1>${escapeHtml(name)}</h1> ${condition(status)}
<p class="quiet">${facts.join(" · ")}</p>
</header>`;
}

function condition({ reloadFailure, workers }: Status): string {
  if (reloadFailure !== undefined) {
    return '<span class="pill bad">reload failed</span>';
  }
  if (!workers.some(({ state }) => state === "serving")) {
    return '<span class="pill bad">nobody serves</span>';
  }
  return '<span class="pill good">serving</span>';
}

function failure({ reloadFailure }: Status): string {
  if (reloadFailure === undefined) return "";
  return `<section class="failure">
<h2>The last reload failed; the code from before serves on</h2>
<pre>${escapeHtml(reloadFailure)}</pre>
</section>`;
}

function tiles({ workers, totals, supervisor }: Status): string {
  const sum = (values: readonly number[]): number =>
    values.reduce((total, each) => total + each, 0);
  const running = sum(workers.map((worker) => worker.running));
  const queued = sum(workers.map((worker) => worker.queued));
  const memory = sum(workers.map((worker) => worker.memory.rss));
  const rate = sum(workers.map((worker) => worker.perSecond));
  const loops = workers.map((worker) => worker.eventLoop);
  const busiest = Math.max(0, ...loops.map((loop) => loop.utilization));
  const lag = Math.max(0, ...loops.map((loop) => loop.lagMs));
  const typical = quantile(totals, 0.5);
  const slowest = quantile(totals, 0.99);
  const overhead =
    supervisor === undefined
      ? ""
      : `, and ${sizeText(supervisor.rss)} to supervise`;
  return `<div class="tiles">
${tile("Requests a second", rate < 10 ? rate.toFixed(1) : countText(rate), `${countText(totals.total)} in all`)}
${tile("Running", countText(running), queued > 0 ? `${countText(queued)} waiting` : "none waiting")}
${tile("Time, typical", typical === undefined ? "–" : durationText(typical), slowest === undefined ? "no request yet" : `99 of 100 within ${durationText(slowest)}`)}
${tile("Failed", countText(totals.failed), totals.total === 0 ? "of none" : `${percentText(totals.failed / totals.total)} of all`)}
${tile("Memory", sizeText(memory), `${workers.length === 1 ? "one process" : `${workers.length} processes`}${overhead}`)}
${tile("Event loop", percentText(busiest), `busy at most, late by ${durationText(lag)}`)}
</div>`;
}

function tile(title: string, value: string, note: string): string {
  return `<div class="tile"><h2>${title}</h2><b>${value}</b><small>${note}</small></div>`;
}

function footer(refreshes: boolean, now: number): string {
  const again = refreshes
    ? `anew every ${REFRESH} s · <a href="?html&amp;still">hold still</a>`
    : '<a href="?html">refresh by itself</a>';
  return `<footer><span>${timeText(now)} UTC, ${again}</span> <a href="?json">JSON</a> <a href="?openmetrics">OpenMetrics</a></footer>`;
}
