// The status as OpenMetrics 1.0 text, which Prometheus and its kin read.
import { DURATION_BOUNDS, type Status, type WorkerFigures } from "./figures.ts";

type Labels = Readonly<Record<string, string | number>>;

/** One metric of a family: what follows the family's name, its labels, its value. */
type Sample = readonly [suffix: string, labels: Labels, value: number];

interface Family {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram" | "info";
  readonly unit?: "bytes" | "seconds" | "ratio";
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** Its Content-Type. */
export const OPEN_METRICS_TYPE =
  "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** Counters are sums over all processes there are and were, so that they never go back. */
export function openMetrics(status: Status): string {
  const families = [...requestFamilies(status), ...processFamilies(status)];
  return `${families.map(familyText).join("")}# EOF\n`;
}

const CLASS_NAMES = ["none", "1xx", "2xx", "3xx", "4xx", "5xx"];

function requestFamilies({ totals, workers }: Status): readonly Family[] {
  return [
    {
      name: "tsgi_requests",
      type: "counter",
      help: "Requests that have ended, by the class of the status sent; none where the client had left before.",
      samples: totals.byClass.map((value, at) => [
        "_total",
        { class: CLASS_NAMES[at] ?? "none" },
        value,
      ]),
    },
    counter(
      "tsgi_requests_failed",
      "Requests whose application failed.",
      totals.failed,
    ),
    counter(
      "tsgi_requests_aborted",
      "Requests given up by the client or the web server.",
      totals.aborted,
    ),
    counter(
      "tsgi_requests_refused",
      "Requests refused because there was no room.",
      totals.refused,
    ),
    {
      ...counter(
        "tsgi_response_body_bytes",
        "Bytes of response bodies.",
        totals.bytesSent,
      ),
      unit: "bytes",
    },
    {
      name: "tsgi_request_duration_seconds",
      type: "histogram",
      unit: "seconds",
      help: "Time from the call of the application to the end of its response.",
      samples: histogram(totals.durations),
    },
    gauge(
      "tsgi_requests_running",
      "Requests that run.",
      sum(workers, "running"),
    ),
    gauge(
      "tsgi_requests_queued",
      "Requests that wait for their turn.",
      sum(workers, "queued"),
    ),
    gauge(
      "tsgi_connections",
      "Connections of web servers.",
      sum(workers, "connections"),
    ),
  ];
}

function processFamilies(status: Status): readonly Family[] {
  const { workers, restarts, generation } = status;
  const each = (value: (worker: WorkerFigures) => number): Sample[] =>
    workers.map((worker) => [
      "",
      { worker: worker.worker, pid: worker.pid },
      value(worker),
    ]);
  return [
    {
      name: "tsgi_build",
      type: "info",
      help: "Versions, and the file of the application.",
      samples: [
        [
          "_info",
          {
            version: status.version,
            node: status.node,
            application: status.application,
          },
          1,
        ],
      ],
    },
    {
      ...gauge(
        "tsgi_start_time_seconds",
        "When it was started, since 1970.",
        status.startedAt / 1_000,
      ),
      unit: "seconds",
    },
    counter("tsgi_reloads", "Reloads of the application.", generation - 1),
    gauge(
      "tsgi_reload_failed",
      "Whether the last reload failed, so that older code serves.",
      status.reloadFailure === undefined ? 0 : 1,
    ),
    {
      name: "tsgi_worker_restarts",
      type: "counter",
      help: "Processes that were replaced, by reason.",
      samples: Object.entries(restarts).map(([reason, count]) => [
        "_total",
        { reason },
        count,
      ]),
    },
    gauge("tsgi_workers", "Processes that serve.", workers.length),
    {
      name: "tsgi_worker_resident_memory_bytes",
      type: "gauge",
      unit: "bytes",
      help: "Memory of a process.",
      samples: each(({ memory }) => memory.rss),
    },
    {
      name: "tsgi_worker_event_loop_lag_seconds",
      type: "gauge",
      unit: "seconds",
      help: "How late the event loop was, at worst in the last seconds.",
      samples: each(({ eventLoop }) => eventLoop.lagMs / 1_000),
    },
    {
      name: "tsgi_worker_event_loop_utilization_ratio",
      type: "gauge",
      unit: "ratio",
      help: "The part of the last second in which the event loop was busy.",
      samples: each(({ eventLoop }) => eventLoop.utilization),
    },
  ];
}

function counter(name: string, help: string, value: number): Family {
  return { name, type: "counter", help, samples: [["_total", {}, value]] };
}

function gauge(name: string, help: string, value: number): Family {
  return { name, type: "gauge", help, samples: [["", {}, value]] };
}

function sum(
  workers: readonly WorkerFigures[],
  key: "running" | "queued" | "connections",
): number {
  return workers.reduce((total, worker) => total + worker[key], 0);
}

/** Each bucket holds those before it, too. */
function histogram({
  buckets,
  sum,
}: Status["totals"]["durations"]): readonly Sample[] {
  let count = 0;
  const samples: Sample[] = buckets.map((inside, at) => {
    count += inside;
    return ["_bucket", { le: boundText(DURATION_BOUNDS[at]) }, count];
  });
  return [...samples, ["_count", {}, count], ["_sum", {}, sum / 1_000]];
}

/** A number as the format wants it here: with a point. */
function boundText(ms: number | undefined): string {
  if (ms === undefined) return "+Inf";
  const seconds = String(ms / 1_000);
  return seconds.includes(".") ? seconds : `${seconds}.0`;
}

function familyText({ name, type, unit, help, samples }: Family): string {
  const lines = [`# TYPE ${name} ${type}`];
  if (unit !== undefined) lines.push(`# UNIT ${name} ${unit}`);
  lines.push(`# HELP ${name} ${help}`);
  for (const [suffix, labels, value] of samples) {
    lines.push(`${name}${suffix}${labelsText(labels)} ${value}`);
  }
  return `${lines.join("\n")}\n`;
}

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${escaped(String(value))}"`,
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(text: string): string {
  return text
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n");
}
