// When a main thread is blocked, and what is to be done about it: plain data in, a step out.

/** Milliseconds; 0 where it is never done. */
export interface BlockLimits {
  /** To tell where it is blocked. */
  readonly slowMs: number;
  /** To end the process. */
  readonly blockTimeoutMs: number;
}

/** How far one knows about a block: its stack was asked for, nobody answers since no JavaScript runs, or it was told. */
export type BlockPhase = "watching" | "asked" | "silent" | "told";

/** What to do next. */
export type BlockStep = "wait" | "ask" | "call it silent" | "end the process";

/** How long the main thread may take to answer: it does so between two steps of JavaScript. */
const ANSWER_MS = 1_000;

/** How often main thread and watchdog give a sign of life. */
export function intervalOf({ slowMs, blockTimeoutMs }: BlockLimits): number {
  const least = Math.min(...[slowMs, blockTimeoutMs].filter((ms) => ms > 0));
  return Math.min(500, Math.max(10, Math.floor(least / 4)));
}

/** @param blockedMs how long the main thread has given no sign of life */
export function blockStep(
  phase: BlockPhase,
  blockedMs: number,
  { slowMs, blockTimeoutMs }: BlockLimits,
): BlockStep {
  const mustEnd = blockTimeoutMs > 0 && blockedMs >= blockTimeoutMs;
  const isSlow = slowMs > 0 && blockedMs >= slowMs;
  if (phase === "watching") return isSlow || mustEnd ? "ask" : "wait";
  if (phase === "asked") {
    const first = slowMs > 0 ? slowMs : blockTimeoutMs;
    return blockedMs >= first + ANSWER_MS ? "call it silent" : "wait";
  }
  return mustEnd ? "end the process" : "wait";
}

/** Measures how long the main thread has given no sign of life. */
export class BlockClock {
  readonly #intervalMs: number;
  #beats: number | undefined;
  #last = 0;
  #blockedMs = 0;

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /**
   * To be called every interval.
   *
   * @param beats signs of life so far
   * @param now milliseconds of performance.now()
   * @returns milliseconds since the last sign, without the time in which nobody could give one: a process
   * that is stopped, or a machine that sleeps, stops this clock as well
   */
  tick(beats: number, now: number): number {
    const passed = Math.min(now - this.#last, 2 * this.#intervalMs);
    this.#last = now;
    if (beats === this.#beats) this.#blockedMs += passed;
    else this.#blockedMs = 0;
    this.#beats = beats;
    return this.#blockedMs;
  }
}
