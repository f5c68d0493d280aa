import { TsgiError } from "../common/errors.ts";
import { printable } from "../common/failure.ts";
import type { ObservedRequest, Observer } from "../common/observer.ts";
import type { Variables } from "../common/variables.ts";
import {
  DURATION_BOUNDS,
  type RequestTotals,
  type SlowRequest,
} from "./figures.ts";
import type { RunningRequests } from "./running-requests.ts";
import { bucketOf, CLASSES } from "./totals.ts";

/** Slow requests to remember, and running ones to show. */
const SHOWN = 20;
/** Characters of a request target to show. */
const TARGET = 300;

/**
 * Counts the requests of this process, and tells which are slow. Of a request that has ended it keeps
 * nothing but what it adds to the sums, unless that was slow.
 */
export class Recorder implements Observer {
  readonly #slowMs: number;
  readonly #running: RunningRequests;
  readonly #slow: SlowRequest[] = [];
  readonly #byClass = new Array<number>(CLASSES).fill(0);
  readonly #buckets = new Array<number>(DURATION_BOUNDS.length + 1).fill(0);
  /** Environs of requests for the figures themselves, which are not counted. */
  readonly #disregarded = new WeakSet<object>();
  #total = 0;
  #failed = 0;
  #aborted = 0;
  #refused = 0;
  #bytesSent = 0;
  #durationSum = 0;

  /** @param slowMs milliseconds from which a request is slow @param running observes the same requests */
  constructor(slowMs: number, running: RunningRequests) {
    this.#slowMs = slowMs;
    this.#running = running;
  }

  started(): void {}

  ended(request: ObservedRequest): void {
    if (this.#disregarded.has(request.variables)) return;
    const { status = 0, outcome, startedAt } = request;
    const durationMs = performance.now() - startedAt;
    this.#total++;
    count(this.#byClass, Math.floor(status / 100));
    count(this.#buckets, bucketOf(durationMs));
    this.#durationSum += durationMs;
    this.#bytesSent += request.bytesSent;
    if (outcome === "aborted") this.#aborted++;
    else if (outcome === "failed") {
      if (hadNoRoom(request)) this.#refused++;
      else this.#failed++;
    }
    if (durationMs >= this.#slowMs) this.#remember(request, durationMs);
  }

  refused(): void {
    this.#refused++;
  }

  /** Does not count the running request of this environ. */
  disregard(environ: object): void {
    this.#disregarded.add(environ);
  }

  /** Requests that run. */
  get running(): number {
    return this.#running.all.filter(this.#counts).length;
  }

  /** Requests that have ended. */
  get total(): number {
    return this.#total;
  }

  /** Since the process began. */
  totals(): RequestTotals {
    return {
      total: this.#total,
      byClass: [...this.#byClass],
      failed: this.#failed,
      aborted: this.#aborted,
      refused: this.#refused,
      bytesSent: this.#bytesSent,
      durations: { buckets: [...this.#buckets], sum: this.#durationSum },
    };
  }

  /** Those that run and are slow already, the longest first; then the latest that were. */
  slow(): readonly SlowRequest[] {
    const now = performance.now();
    const running = this.#running.all
      .filter(this.#counts)
      .filter(({ startedAt }) => now - startedAt >= this.#slowMs)
      .sort((one, other) => one.startedAt - other.startedAt)
      .slice(0, SHOWN)
      .map((request) => describe(request, now - request.startedAt, true));
    return [...running, ...this.#slow.toReversed()];
  }

  readonly #counts = ({ variables }: ObservedRequest): boolean =>
    !this.#disregarded.has(variables);

  #remember(request: ObservedRequest, durationMs: number): void {
    if (this.#slow.length === SHOWN) this.#slow.shift();
    this.#slow.push(describe(request, durationMs, false));
  }
}

/** Method and target of a request, printable and of bounded length; applications may change their variables in any way. */
export function nameOf(variables: Variables): string {
  const { REQUEST_METHOD, REQUEST_URI, PATH_INFO } = variables;
  const target = String(REQUEST_URI ?? PATH_INFO ?? "?").slice(0, TARGET);
  return printable(`${String(REQUEST_METHOD ?? "?").slice(0, 20)} ${target}`);
}

function hadNoRoom({ error }: ObservedRequest): boolean {
  return TsgiError.is(error) && error.code === "OVERLOADED";
}

function describe(
  { variables, startedAt }: ObservedRequest,
  durationMs: number,
  isRunning: boolean,
): SlowRequest {
  return {
    pid: process.pid,
    request: nameOf(variables),
    at: Math.round(performance.timeOrigin + startedAt),
    durationMs: Math.round(durationMs),
    isRunning,
  };
}

function count(counters: number[], at: number): void {
  counters[at] = (counters[at] ?? 0) + 1;
}
