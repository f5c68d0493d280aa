import {
  type IntervalHistogram,
  monitorEventLoopDelay,
  performance,
} from "node:perf_hooks";

const PERIOD_MS = 1_000;
/** Periods over which the lag is the worst, and the rate the mean. */
const PERIODS = 5;
/** How often the delay is measured: a timer for each, so not too often. */
const RESOLUTION_MS = 25;
const NANOSECONDS = 1e6;

/** How busy the event loop is, and how often something happens; measured each second. Keeps no process alive. */
export class EventLoopMonitor {
  /** One of them is always in the middle of its time: a delay during which one is emptied is lost to that. */
  readonly #delays: readonly IntervalHistogram[];
  readonly #timer: NodeJS.Timeout;
  readonly #count: () => number;
  readonly #lags: number[] = [];
  readonly #counts: number[] = [];
  #before = performance.eventLoopUtilization();
  #utilization = 0;
  #turn = 0;

  /** @param count a number that grows, whose growth is the rate */
  constructor(count: () => number) {
    this.#count = count;
    this.#counts.push(count());
    this.#delays = [0, 1].map(() =>
      monitorEventLoopDelay({ resolution: RESOLUTION_MS }),
    );
    for (const delay of this.#delays) delay.enable();
    this.#timer = setInterval(() => this.#measure(), PERIOD_MS).unref();
  }

  /** How late it was, at the 99th percentile of the worst of the last seconds, in milliseconds. */
  get lagMs(): number {
    return Math.max(0, ...this.#lags);
  }

  /** The part of the last second in which it was busy, 0 to 1. */
  get utilization(): number {
    return this.#utilization;
  }

  /** The growth of the number, for each second. */
  get perSecond(): number {
    const periods = this.#counts.length - 1;
    if (periods === 0) return 0;
    const growth = (this.#counts.at(-1) ?? 0) - (this.#counts[0] ?? 0);
    return growth / ((periods * PERIOD_MS) / 1_000);
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const delay of this.#delays) delay.disable();
  }

  #measure(): void {
    keep(this.#lags, Math.max(...this.#delays.map(lagOf)), PERIODS);
    this.#delays[this.#turn++ % 2]?.reset();
    keep(this.#counts, this.#count(), PERIODS + 1);
    const now = performance.eventLoopUtilization();
    const between = performance.eventLoopUtilization(now, this.#before);
    this.#utilization = Number.isFinite(between.utilization)
      ? between.utilization
      : 0;
    this.#before = now;
  }
}

/** What is measured is the time between two ticks of its timer. */
function lagOf(delay: IntervalHistogram): number {
  const measured = delay.percentile(99) / NANOSECONDS;
  return Math.max(0, measured - RESOLUTION_MS);
}

function keep(values: number[], value: number, length: number): void {
  values.push(value);
  if (values.length > length) values.shift();
}
