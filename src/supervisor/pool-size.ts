// How many workers there should be, by what they have to do: a pure function, asked every second.

/** Between how many, and when to change. */
export interface SizeLimits {
  readonly minimum: number;
  readonly maximum: number;
  /** Milliseconds of little to do before there is one less. */
  readonly shrinkAfterMs: number;
}

/** What the pool should be, and what speaks for changing that. */
export interface PoolSize {
  readonly target: number;
  /** Since when there has been too much to do, or too little, in milliseconds. */
  readonly since: { readonly busy?: number; readonly idle?: number };
}

/** What the workers that serve have to do. */
export interface Sample {
  /** The busy part of the event loop of each, 0 to 1. */
  readonly utilizations: readonly number[];
  /** Requests that wait for their turn. */
  readonly queued: number;
}

/** Above this part of their time, workers are busy. */
const BUSY = 0.7;
/** Below this the others could do the work of one of them. */
const IDLE = 0.3;
const GROW_AFTER_MS = 2_000;

/** One more after two seconds of much to do; one less when the rest would have had little to do for long. */
export function nextSize(
  { target, since }: PoolSize,
  { utilizations, queued }: Sample,
  limits: SizeLimits,
  now: number,
): PoolSize {
  const { minimum, maximum, shrinkAfterMs } = limits;
  const kept = Math.min(maximum, Math.max(minimum, target));
  if (kept !== target) return { target: kept, since: {} };
  // While some are on their way, nothing can be said.
  if (utilizations.length < target) return { target, since: {} };
  const work = utilizations.reduce((sum, part) => sum + part, 0);
  if (queued > 0 || work / utilizations.length > BUSY) {
    const busy = since.busy ?? now;
    return now - busy >= GROW_AFTER_MS && target < maximum
      ? { target: target + 1, since: {} }
      : { target, since: { busy } };
  }
  const rest = Math.max(1, target - 1);
  if (target > minimum && work / rest < IDLE) {
    const idle = since.idle ?? now;
    return now - idle >= shrinkAfterMs
      ? { target: target - 1, since: {} }
      : { target, since: { idle } };
  }
  return { target, since: {} };
}
