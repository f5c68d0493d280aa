// F7: the steps of a body's iterator, synchronous or not.
import { isBytes } from "../common/chunk.ts";
import type { Call } from "./call.ts";

type AnyIterator = Iterator<unknown> | AsyncIterator<unknown>;

/** What the iteration needs to know of its body. */
export interface Iterated {
  readonly isWhole: boolean;
  isClosed(): boolean;
  readonly array: readonly unknown[] | undefined;
}

/** Puts the checks around an iterator; it has `return` and `throw` where that one has. */
export function checkedIterator(
  iterator: AnyIterator,
  isAsync: boolean,
  call: Call,
  body: Iterated,
): { steps: Steps; checked: object } {
  const steps = new Steps(iterator, call, body);
  const checked: Record<string | symbol, unknown> = {
    next: isAsync
      ? (...args: []) => steps.nextAsync(args)
      : (...args: []) => steps.next(args),
    // Generators are iterables too, and pass for one where they are wrapped.
    [isAsync ? Symbol.asyncIterator : Symbol.iterator]: () => checked,
  };
  for (const name of ["return", "throw"] as const) {
    if (typeof iterator[name] !== "function") continue;
    checked[name] = (...args: []) => {
      steps.isOver = true;
      return iterator[name]?.(...args);
    };
  }
  return { steps, checked };
}

/** One iteration: what is checked before and after each `next()`. */
export class Steps {
  /** It has ended, failed, or been told to. */
  isOver = false;
  readonly #iterator: AnyIterator;
  readonly #call: Call;
  readonly #body: Iterated;
  readonly #snapshot: readonly unknown[] | undefined;
  #isWaiting = false;
  #held: { chunk: Uint8Array; copy: Uint8Array } | undefined;
  /** Chunks of the inner body at our last one. */
  #innerChunks = 0;

  constructor(iterator: AnyIterator, call: Call, body: Iterated) {
    this.#iterator = iterator;
    this.#call = call;
    this.#body = body;
    this.#snapshot = body.array?.slice();
  }

  next(args: []): unknown {
    this.#begin();
    let step: IteratorResult<unknown>;
    try {
      step = this.#iterator.next(...args) as IteratorResult<unknown>;
    } catch (error) {
      throw this.#failed(error);
    }
    return this.#arrived(step);
  }

  async nextAsync(args: []): Promise<unknown> {
    this.#begin();
    let step: IteratorResult<unknown>;
    try {
      step = await this.#iterator.next(...args);
    } catch (error) {
      throw this.#failed(error);
    }
    return this.#arrived(step);
  }

  /** Nobody will ask for more. */
  leave(): void {
    if (this.isOver || this.#isWaiting) return;
    this.isOver = true;
    if (typeof this.#iterator.return === "function") {
      this.#call.warn("F7.10", "the body's iterator was left without return()");
    }
  }

  #begin(): void {
    const call = this.#call;
    if (this.#body.isClosed()) {
      call.fail("F7.06", "the body is iterated after its close()");
    }
    if (call.outer?.hasReturned === false) {
      call.fail("F7.11", "the inner body is read before middleware returns");
    }
    this.#checkHeld();
    this.#isWaiting = true;
    call.isIterating = true;
  }

  #failed(error: unknown): unknown {
    this.isOver = true;
    this.#isWaiting = false;
    this.#call.isIterating = false;
    return error;
  }

  #arrived(step: IteratorResult<unknown>): IteratorResult<unknown> {
    const call = this.#call;
    this.#isWaiting = false;
    call.isIterating = false;
    this.#checkArray();
    try {
      this.#checkInner();
      if (step.done) {
        this.isOver = true;
        if (!this.#body.isWhole) call.complete();
      } else {
        call.chunks++;
        if (!this.#body.isWhole) call.take(step.value, "F7.03");
        this.#hold(step.value);
      }
    } catch (error) {
      this.#giveUp();
      throw error;
    }
    return step;
  }

  /** For the one who iterates, next() has failed; for the iterator it has not. */
  #giveUp(): void {
    if (this.isOver) return;
    this.isOver = true;
    try {
      Promise.resolve(this.#iterator.return?.()).catch(() => {});
    } catch {
      // The finding is what counts.
    }
  }

  #checkInner(): void {
    const chunks = this.#call.inner?.chunks ?? 0;
    if (chunks - this.#innerChunks > 1) {
      this.#call.warn(
        "F7.12",
        "middleware holds back chunks of the inner body",
      );
    }
    this.#innerChunks = chunks;
  }

  #hold(chunk: unknown): void {
    if (isBytes(chunk)) this.#held = { chunk, copy: Uint8Array.from(chunk) };
  }

  #checkHeld(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined && Buffer.compare(held.chunk, held.copy) !== 0) {
      this.#call.warn("F7.24", "a chunk was changed before it was taken");
    }
  }

  #checkArray(): void {
    const { array } = this.#body;
    const snapshot = this.#snapshot;
    if (array === undefined || snapshot === undefined) return;
    if (
      array.length !== snapshot.length ||
      array.some((chunk, index) => chunk !== snapshot[index])
    ) {
      this.#call.warn("F7.17", "an array was changed while it was sent");
    }
  }
}
