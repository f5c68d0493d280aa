import assert from "node:assert/strict";
import { TsgiError } from "../common/errors.ts";
import type { Outcome } from "../common/output.ts";
import type { Run } from "../common/run.ts";
import type { MemoryErrors } from "./memory-errors.ts";
import type { MemoryOutput } from "./memory-output.ts";

/** What an application has answered so far, and a hand on the request while it runs. */
export class Answer {
  readonly output: MemoryOutput;
  /** Resolves at the end of the request. Rejects where the runner broke the contract of `Output`. */
  readonly ended: Promise<void>;
  /** Resolves when the runner has called the functions of `tsgi.cleanup`, too. */
  readonly served: Promise<void>;
  readonly #run: Run;
  readonly #log: MemoryErrors;

  constructor(
    run: Run,
    output: MemoryOutput,
    log: MemoryErrors,
    served: Promise<void>,
  ) {
    this.#run = run;
    this.#log = log;
    this.output = output;
    this.served = served;
    this.ended = output.ended.then(() => {
      assert.deepEqual(output.breaches, []);
    });
  }

  /** Gives the request up, as a front end does when the web server says so. */
  abort(
    reason: TsgiError = new TsgiError(
      "ABORTED",
      "Cannot go on: a test says so",
    ),
  ): void {
    this.#run.abort(reason);
  }

  /** What was written to `tsgi.errors`. */
  get errors(): string {
    return this.#log.text;
  }

  /** The raw header block, undefined while there is none. */
  get head(): string | undefined {
    return this.output.head;
  }

  /** The value of the Status line, `"200 OK"`. */
  get status(): string | undefined {
    return this.header("Status");
  }

  /** The header lines in order, Status among them. */
  get headers(): [name: string, value: string][] {
    const lines = (this.head ?? "\r\n\r\n").split("\r\n").slice(0, -2);
    return lines.map((line) => {
      const colon = line.indexOf(": ");
      return [line.slice(0, colon), line.slice(colon + 2)];
    });
  }

  /** The value of a header, its name in any case; several are joined with `", "`. */
  header(name: string): string | undefined {
    const wanted = name.toLowerCase();
    const found = this.headers.filter(([key]) => key.toLowerCase() === wanted);
    if (found.length === 0) return undefined;
    return found.map(([, value]) => value).join(", ");
  }

  /** The body in the pieces in which it was handed over, as UTF-8. */
  get chunks(): string[] {
    return this.output.chunks.map((chunk) => Buffer.from(chunk).toString());
  }

  get body(): Buffer {
    return Buffer.concat(this.output.chunks);
  }

  get text(): string {
    return this.body.toString();
  }

  get outcome(): Outcome | undefined {
    return this.output.outcome;
  }

  get cut(): boolean | undefined {
    return this.output.cut;
  }
}
