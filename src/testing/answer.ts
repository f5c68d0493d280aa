import assert from "node:assert/strict";
import { TsgiError } from "../common/errors.ts";
import type { Outcome } from "../common/output.ts";
import type { Run } from "../common/run.ts";
import type { Chunk } from "../common/types.ts";
import type { MemoryErrors } from "./memory-errors.ts";
import type { MemoryOutput } from "./memory-output.ts";

/** What an application has answered so far, and a hand on the request while it runs. */
export class Answer {
  readonly output: MemoryOutput;
  /** Resolves at the end of the request. Rejects where the runner broke the contract of `Output`. */
  readonly ended: Promise<void>;
  /** Resolves when the runner has called the functions of `tsgi.cleanup`, too. */
  readonly served: Promise<void>;
  /** The chunks as the application gave them, for a watched request: `tsgi.file_wrapper` gives none. */
  readonly given: readonly Chunk[];
  readonly #run: Run;
  readonly #log: MemoryErrors;

  /** @internal */
  constructor(parts: {
    readonly run: Run;
    readonly output: MemoryOutput;
    readonly log: MemoryErrors;
    readonly given: readonly Chunk[];
    readonly served: Promise<void>;
  }) {
    const { output } = parts;
    this.#run = parts.run;
    this.#log = parts.log;
    this.given = parts.given;
    this.output = output;
    this.served = parts.served;
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

  /** The code of the Status line, 200 to 599. */
  get code(): number | undefined {
    const status = this.status;
    return status === undefined ? undefined : Number(status.slice(0, 3));
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
    const found = this.all(name);
    return found.length === 0 ? undefined : found.join(", ");
  }

  /** Every value of a header, in order: `answer.all("Set-Cookie")`. */
  all(name: string): string[] {
    const wanted = name.toLowerCase();
    return this.headers
      .filter(([key]) => key.toLowerCase() === wanted)
      .map(([, value]) => value);
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

  /** @throws {SyntaxError} where the body is not JSON */
  json(): unknown {
    return JSON.parse(this.text);
  }

  /**
   * What happened, in order: "start" and "write" when bytes were sent, "complete" and "end"; of a watched
   * request also "next" when the body was asked for a chunk, and "close".
   */
  get trace(): readonly string[] {
    return this.output.trace;
  }

  /** How often the body of a watched request was closed. */
  get closeCount(): number {
    return this.trace.filter((event) => event === "close").length;
  }

  /** How the request ended; undefined while it goes on. */
  get outcome(): Outcome | undefined {
    return this.output.outcome;
  }

  /** Whether a response that was started is incomplete. */
  get cut(): boolean | undefined {
    return this.output.cut;
  }
}
