import type { Chunk, StartResponse, Write } from "../common/types.ts";

/**
 * What an application writes that is called while a body is iterated. A body may not call write() (A8.06),
 * so its chunks become chunks of that body.
 */
export class WrittenChunks {
  readonly startResponse: StartResponse;
  readonly #queue: { chunk: Chunk; taken: () => void }[] = [];
  #wake: () => void = () => {};
  #isOver = false;

  constructor(outer: StartResponse) {
    this.startResponse = (...stated) => {
      const late = outer(...stated);
      const write: Write = (chunk) =>
        this.#isOver ? late(chunk) : this.#add(chunk);
      return write;
    };
  }

  /** The chunks as they are written, until `settled` is. */
  async *until(settled: Promise<unknown>): AsyncGenerator<Chunk> {
    const finish = (): void => {
      this.#isOver = true;
      this.#wake();
    };
    settled.then(finish, finish);
    try {
      for (;;) {
        const next = this.#queue.shift();
        if (next !== undefined) {
          // By the time the next one is asked for this one has been taken.
          try {
            yield next.chunk;
          } finally {
            next.taken();
          }
        } else if (this.#isOver) {
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      // Where nobody asks for more, nobody is to wait either.
      this.#isOver = true;
      for (const { taken } of this.#queue) taken();
    }
  }

  #add(chunk: Chunk): Promise<void> {
    return new Promise((taken) => {
      this.#queue.push({ chunk, taken });
      this.#wake();
    });
  }
}
