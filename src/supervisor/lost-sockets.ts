/** Milliseconds between attempts to get a lost socket back: the first, and the longest. */
const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/** When to try again to get sockets back whose files have vanished. */
export class LostSockets {
  #retryAt = 0;
  #waitMs = FIRST_MS;

  /** Whether it is time to try; `onFirst` is told before the first attempt. */
  isDue(lost: readonly string[], now: number, onFirst: () => void): boolean {
    if (lost.length === 0) return false;
    if (this.#retryAt === 0) onFirst();
    if (now < this.#retryAt) return false;
    this.#retryAt = now + this.#waitMs;
    this.#waitMs = Math.min(LONGEST_MS, this.#waitMs * 2);
    return true;
  }

  /** They are back. */
  regained(): void {
    this.#retryAt = 0;
    this.#waitMs = FIRST_MS;
  }
}
