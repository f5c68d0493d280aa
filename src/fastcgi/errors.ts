// tsgi.errors over FastCGI: STDERR records, which reach the web server's error log.
import { writeSync } from "node:fs";
import type { Wait } from "../common/output.ts";
import type { ErrorStream } from "../common/types.ts";

/** Text to hold back before the header block has gone: HAProxy 2.6 crashes on STDERR in front of it. */
const HELD = 65_536;
const STDERR_FILENO = 2;
/** Milliseconds to wait for the reader of a non-blocking stderr that is full. */
const PATIENCE_MS = 200;

/** Where the text of one request goes. */
export interface ErrorSink {
  /** Whether text should wait: the header block has yet to be sent. */
  readonly holdsErrors: boolean;
  /** Sends text, in UTF-8. */
  sendErrors(text: Uint8Array): void;
  /** Resolves when all that was sent has left this process. */
  drained(): Wait;
}

/** The log of one request. */
export class FcgiErrors implements ErrorStream {
  readonly #sink: ErrorSink;
  #held = "";

  constructor(sink: ErrorSink) {
    this.#sink = sink;
  }

  write(text: string): void {
    this.#held += textOf(text);
    if (!this.#sink.holdsErrors || this.#held.length > HELD) this.release();
  }

  writelines(texts: Iterable<string>): void {
    for (const text of texts) this.write(text);
  }

  async flush(): Promise<void> {
    this.release();
    await this.#sink.drained()?.catch(() => {});
  }

  /** Sends what was held back. */
  release(): void {
    if (this.#held === "") return;
    const text = Buffer.from(this.#held);
    this.#held = "";
    this.#sink.sendErrors(text);
  }
}

/** What an application has given for text: the log never throws, whatever that is. */
export function textOf(given: unknown): string {
  try {
    return String(given);
  } catch {
    return "(a value that cannot be shown)";
  }
}

/** Its reader has not come back since we waited: we do not wait again. */
let isStuck = false;

/** Writes to this process's own stderr. Not process.stderr: that ends the process when its reader is gone. */
export function writeToStderr(text: Uint8Array): void {
  let waited = 0;
  for (let at = 0; at < text.length; ) {
    try {
      at += writeSync(STDERR_FILENO, text, at);
      waited = 0;
      isStuck = false;
    } catch (error) {
      const isFull = (error as NodeJS.ErrnoException).code === "EAGAIN";
      // Where nobody reads it, there is no further place to report to.
      if (!isFull || isStuck) return;
      isStuck = ++waited >= PATIENCE_MS;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
