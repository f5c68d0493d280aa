import { TsgiError } from "../common/errors.ts";
import type { Outcome, Output, Wait } from "../common/output.ts";
import { isBodyless } from "../common/response.ts";
import { splitHead } from "./head.ts";

interface ResponseOutputOptions {
  readonly isHead: boolean;
  /** Told the response when its head is known. */
  onStart(response: Response): void;
  /** Told that whoever reads the body has had enough. */
  onCancel(reason: unknown): void;
  onEnd(): void;
}

/** Takes a response as a Response, whose body waits for its reader. */
export class ResponseOutput implements Output {
  readonly #options: ResponseOutputOptions;
  /** While the body may still grow. */
  #controller: ReadableByteStreamController | undefined;
  /** The wait for the reader, and what ends it. */
  #wait: Wait;
  #taken: (() => void) | undefined;

  constructor(options: ResponseOutputOptions) {
    this.#options = options;
  }

  start(block: string, first: Uint8Array, last: boolean): Wait {
    const { status, reason, headers } = splitHead(block);
    const init = {
      status,
      statusText: reason,
      headers: headers.map(([name, value]): [string, string] => [name, value]),
    };
    const { isHead, onStart } = this.#options;
    if (isHead || isBodyless(status)) {
      onStart(new Response(null, init));
      return undefined;
    }
    if (last) {
      onStart(new Response(first, init));
      return undefined;
    }
    onStart(new Response(this.#stream(), init));
    return first.length === 0 ? undefined : this.write(first);
  }

  write(chunk: Uint8Array): Wait {
    const controller = this.#controller;
    if (controller === undefined) return undefined;
    // A copy, since the stream takes the whole buffer from its owner.
    controller.enqueue(new Uint8Array(chunk));
    this.#wait ??= new Promise((resolve) => {
      this.#taken = resolve;
    });
    return this.#wait;
  }

  complete(): void {
    this.#close();
  }

  end(_outcome: Outcome, cut: boolean): void {
    if (cut) {
      const why = "the application failed on the way";
      this.fail(
        new TsgiError("ABORTED", `Cannot read the whole response: ${why}`),
      );
    }
    this.#close();
    this.#release();
    this.#options.onEnd();
  }

  /** Makes whoever reads the body fail with `reason`. */
  fail(reason: unknown): void {
    this.#controller?.error(reason);
    this.#controller = undefined;
  }

  #release(): void {
    this.#taken?.();
    this.#taken = undefined;
    this.#wait = undefined;
  }

  #close(): void {
    const controller = this.#controller;
    this.#controller = undefined;
    controller?.close();
    // Whoever reads into a buffer of their own waits for it to come back.
    controller?.byobRequest?.respond(0);
  }

  #stream(): ReadableStream<Uint8Array> {
    return new ReadableStream({
      type: "bytes",
      start: (controller) => {
        this.#controller = controller;
      },
      // Called when all has been read and somebody waits for more.
      pull: () => this.#release(),
      cancel: (reason) => {
        this.#controller = undefined;
        this.#options.onCancel(reason);
      },
    });
  }
}
