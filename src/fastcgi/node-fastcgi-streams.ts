// The streams of a request of node-fastcgi, as our runner wants them.
import type { Duplex, Writable } from "node:stream";
import type { BodySource } from "../common/input.ts";
import type { Outcome, Output, Wait } from "../common/output.ts";
import type { ErrorStream } from "../common/types.ts";
import { textOf, writeToStderr } from "./errors.ts";
import { headFor } from "./output.ts";
import type { Role } from "./protocol.ts";

/** STDOUT, given whole header blocks of ours. */
export class StreamOutput implements Output {
  readonly #role: Role;
  readonly #stdout: Duplex;
  readonly #errors: StreamErrors;
  readonly #onCut: () => void;

  constructor(
    role: Role,
    stdout: Duplex,
    errors: StreamErrors,
    onCut: () => void,
  ) {
    this.#role = role;
    this.#stdout = stdout;
    this.#errors = errors;
    this.#onCut = onCut;
    stdout.on("error", () => {});
  }

  start(block: string, first: Uint8Array): Wait {
    const head = headFor(this.#role, block);
    return this.write(Buffer.concat([Buffer.from(head, "latin1"), first]));
  }

  write(chunk: Uint8Array): Wait {
    if (this.#stdout.destroyed) return undefined;
    // Its streams keep chunks by reference, so each has to have left before the next.
    return new Promise((resolve, reject) => {
      this.#stdout.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
  }

  complete(): void {}

  end(outcome: Outcome, cut: boolean): void {
    const isCut = cut && outcome !== "aborted";
    if (isCut) this.#onCut();
    else this.#errors.end(() => this.#stdout.end());
  }
}

/** STDERR. */
export class StreamErrors implements ErrorStream {
  readonly #stderr: Writable;
  readonly #place: "stream" | "stderr";
  #isUsed = false;

  /** @param place the stream itself, or this process's stderr */
  constructor(stderr: Writable, place: "stream" | "stderr") {
    this.#stderr = stderr;
    this.#place = place;
    stderr.on("error", () => {});
  }

  write(text: string): void {
    const bytes = Buffer.from(textOf(text));
    const { writableEnded, destroyed } = this.#stderr;
    if (this.#place === "stderr" || writableEnded || destroyed) {
      writeToStderr(bytes);
      return;
    }
    this.#isUsed = true;
    this.#stderr.write(bytes);
  }

  writelines(texts: Iterable<string>): void {
    for (const text of texts) this.write(text);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  /** node-fastcgi leaves the stream open; it has to end before the request does. */
  end(done: () => void): void {
    if (this.#isUsed && !this.#stderr.destroyed) this.#stderr.end(done);
    else done();
  }
}

/** A readable stream as the source of a body. */
export function sourceOf(stream: AsyncIterable<Uint8Array>): BodySource {
  let iterator: AsyncIterator<Uint8Array> | undefined;
  return {
    async next() {
      iterator ??= stream[Symbol.asyncIterator]();
      const { done, value } = await iterator.next();
      return done === true ? undefined : value;
    },
  };
}
