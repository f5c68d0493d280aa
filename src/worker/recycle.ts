// When a process has served long enough: plain data in, a verdict out.
import type { LimitReason } from "../supervisor/messages.ts";

/** After what a process is replaced; 0 where that is no reason. */
export interface RecycleLimits {
  readonly requests: number;
  /** Bytes of RSS. */
  readonly memory: number;
  readonly ageMs: number;
}

/** What a process has come to. */
export interface Spent {
  readonly requests: number;
  /** Bytes of RSS. */
  readonly memory: number;
  readonly ageMs: number;
}

/** A process should be replaced; `urgent`: it may take no further request. */
export interface Verdict {
  readonly reason: LimitReason;
  readonly urgent: boolean;
}

/** The part of the memory from which a replacement is asked for, so that it is there in time. */
const SOFT = 0.9;

/** Why a process should be replaced, what is most pressing first; undefined where it should not. */
export function recycle(
  spent: Spent,
  limits: RecycleLimits,
): Verdict | undefined {
  const hasReached = (what: keyof Spent, part = 1): boolean =>
    limits[what] > 0 && spent[what] >= limits[what] * part;
  if (hasReached("memory")) return { reason: "max-memory", urgent: true };
  if (hasReached("memory", SOFT)) {
    return { reason: "max-memory", urgent: false };
  }
  if (hasReached("requests")) return { reason: "max-requests", urgent: false };
  if (hasReached("ageMs")) return { reason: "max-age", urgent: false };
  return undefined;
}

/**
 * The limits of one process, up to `jitter` (0 to 1) below the given ones: workers that were started
 * together, and share their load, would all want to be replaced at once.
 *
 * @param random as Math.random()
 */
export function drawLimits(
  limits: RecycleLimits,
  jitter: number,
  random: () => number,
): RecycleLimits {
  const draw = (limit: number): number =>
    limit === 0 ? 0 : Math.max(1, Math.round(limit * (1 - jitter * random())));
  return {
    requests: draw(limits.requests),
    memory: draw(limits.memory),
    ageMs: draw(limits.ageMs),
  };
}

/** Requests after which to look at the memory at the latest. */
const SELDOM = 1_000;
/** Bytes a request may add at any time, though those before added nothing, or garbage went meanwhile. */
const SUSPECTED = 1_048_576;

/**
 * Requests after which to look at the memory again: by then no more than half of what is left can be
 * used, if they use what those before did.
 *
 * @param left bytes up to the limit
 * @param growth the most bytes that a request has lately added, on the average between two looks
 */
export function requestsUntilLook(left: number, growth: number): number {
  const half = Math.floor(left / 2 / Math.max(growth, SUSPECTED));
  return Math.min(SELDOM, Math.max(1, half));
}
