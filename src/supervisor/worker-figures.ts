// What workers tell of themselves, as far as it can be taken for that.
import type { WorkerFigures } from "../insight/figures.ts";
import { noTotals } from "../insight/totals.ts";

/** Of a worker that has told nothing yet. */
export const NO_FIGURES: WorkerFigures = {
  pid: 0,
  worker: 0,
  generation: 0,
  state: "starting",
  startedAt: 0,
  takenAt: 0,
  requests: noTotals(),
  perSecond: 0,
  running: 0,
  queued: 0,
  connections: 0,
  memory: { rss: 0, heapUsed: 0 },
  eventLoop: { lagMs: 0, utilization: 0 },
  slow: [],
};

const SLOW = { pid: 0, request: "", at: 0, durationMs: 0, isRunning: false };
const SAMPLE = { ...NO_FIGURES, slow: [SLOW] };
/** Slow requests and buckets are fewer. */
const MAX_LENGTH = 100;

/** Whether they can be added to those of others: they are kept, and what is wrong with them would be every second. */
export function isFigures(value: unknown): value is WorkerFigures {
  return isLike(value, SAMPLE);
}

/** Of the same types, all the way down; arrays of any length there is. */
function isLike(value: unknown, sample: unknown): boolean {
  if (Array.isArray(sample)) {
    return (
      Array.isArray(value) &&
      value.length <= MAX_LENGTH &&
      value.every((each) => isLike(each, sample[0]))
    );
  }
  if (typeof sample !== "object" || sample === null) {
    return typeof value === typeof sample;
  }
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(sample).every(([name, part]) =>
    isLike(Reflect.get(value, name), part),
  );
}
