// When workers may be started, though they keep dying: pure functions over plain data. Times are in milliseconds.

/** Younger than this, or before it is ready, a death tells of a fault that will come again. */
export const YOUNG_MS = 10_000;
/** So many early deaths may have their reasons outside. */
const HARMLESS = 2;
const LONGEST_MS = 30_000;

/** The early deaths since all was well. */
export interface BackOff {
  readonly deaths: number;
  /** When the last one was. */
  readonly last: number;
  /** No worker is to be started before. */
  readonly until: number;
}

/** All is well. */
export const NO_BACK_OFF: BackOff = { deaths: 0, last: 0, until: 0 };

/** A worker has died early: from the third on, starts wait for 1, 2, 4 … 30 seconds. */
export function afterEarlyDeath(backOff: BackOff, now: number): BackOff {
  const deaths = backOff.deaths + 1;
  const excess = deaths - HARMLESS - 1;
  const wait = excess < 0 ? 0 : Math.min(LONGEST_MS, 1_000 * 2 ** excess);
  return { deaths, last: now, until: now + wait };
}

/** All is well again when a worker that was started after the last early death has grown old. @param starts of those that serve */
export function forgiven(
  backOff: BackOff,
  starts: readonly number[],
  now: number,
): BackOff {
  const isWell = starts.some(
    (start) => start >= backOff.last && now - start >= YOUNG_MS,
  );
  return backOff.deaths > 0 && isWell ? NO_BACK_OFF : backOff;
}
