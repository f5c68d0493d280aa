import { isBytes } from "../common/chunk.ts";
import { isBodyless } from "../common/response.ts";
import type { Environ } from "../common/types.ts";
import type { BodyWatch } from "./body.ts";
import type { Findings, LintError } from "./finding.ts";
import { checkContentType, type Head } from "./headers.ts";
import type { Trace } from "./place.ts";
import { type Report, show } from "./report.ts";
import type { RuleId } from "./rules.ts";
import { checkCleanup } from "./tsgi-keys.ts";
import { Watched, type WatchedPromise } from "./watched.ts";

/** The calls of one request, known by its array of cleanup functions, which all environs share. */
const requests = new WeakMap<object, Call[]>();

/** One call of the application: what it has said so far, and what it may still do. */
export class Call implements Report {
  readonly environ: Environ;
  readonly isHead: boolean;
  /** The application has returned, or its promise is settled. */
  hasReturned = false;
  /** The server has ended the request. */
  hasEnded = false;
  /** The next chunk of the body is being made. */
  isIterating = false;
  /** No chunk of the body is to come. */
  isComplete = false;
  head: Head | undefined;
  /** startResponse threw the application's error back. */
  isRefused = false;
  body: BodyWatch | undefined;
  /** Chunks the body has yielded. */
  chunks = 0;
  /** The last call that middleware inside has made. */
  inner: Call | undefined;
  readonly outer: Call | undefined;
  readonly #findings: Findings;
  readonly #errors: Environ["tsgi.errors"] | undefined;
  readonly #watched: Watched;
  #bytes = 0;
  /** A finding that was thrown, and may have been swallowed. */
  #failure: LintError | undefined;

  constructor(environ: Environ, findings: Findings) {
    this.environ = environ;
    this.isHead = environ?.REQUEST_METHOD === "HEAD";
    this.#findings = findings;
    this.#errors = environ?.["tsgi.errors"];
    this.#watched = new Watched(this);
    const cleanup: unknown = environ?.["tsgi.cleanup"];
    if (!Array.isArray(cleanup)) return;
    const calls = requests.get(cleanup) ?? [];
    requests.set(cleanup, calls);
    this.outer = calls.findLast((call) => !call.hasReturned);
    if (this.outer !== undefined) this.outer.inner = this;
    calls.push(this);
    if (Object.isExtensible(cleanup)) cleanup.push(() => this.#end(cleanup));
  }

  fail(id: RuleId, found: string): void {
    const error = this.#findings.error(id, found);
    if (error === undefined) return;
    this.#failure ??= error;
    if (this.hasEnded) this.#log(error.message);
    throw error;
  }

  warn(id: RuleId, found: string, at?: Trace): void {
    this.#findings.warn(id, found, (text) => this.#log(text), at);
  }

  /** Reports an error where there is nobody left to throw it at. */
  failLate(id: RuleId, found: string): void {
    const error = this.#findings.error(id, found);
    if (error !== undefined && !this.#findings.hasListener) {
      this.#log(error.message);
    }
  }

  /** Throws a finding again which the application has swallowed. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** The application answers by startResponse with an error, as it should. */
  recover(): void {
    this.#failure = undefined;
  }

  /** Checks a chunk that was yielded, returned or written. */
  take(chunk: unknown, id: "F7.03" | "F7.20"): void {
    this.check();
    if (typeof chunk !== "string" && !isBytes(chunk)) {
      this.fail(id, `a chunk is ${show(chunk)}`);
      return;
    }
    const size = Buffer.byteLength(chunk);
    if (size === 0) return;
    if (this.isRefused) {
      this.fail("F1.10", "a chunk follows the error that startResponse threw");
    }
    const head = this.head;
    if (head === undefined) {
      this.fail("F7.05", "a chunk comes before startResponse");
      return;
    }
    if (this.#bytes === 0) this.#checkContentType(head, false);
    this.#bytes += size;
    if (this.isHead) {
      this.warn("F7.15", "a response to HEAD has a body");
    } else if (isBodyless(head.code)) {
      this.fail("F7.16", `status ${head.code} comes with a body`);
    } else if (head.contentLength !== undefined) {
      if (this.#bytes > head.contentLength) this.#failLength(head);
    }
  }

  /** The body has ended by itself. */
  complete(): void {
    this.isComplete = true;
    this.check();
    const head = this.head;
    if (head === undefined) {
      this.fail("F7.05", "the body ended, and startResponse was not called");
      return;
    }
    if (this.#bytes === 0) this.#checkContentType(head, true);
    if (this.isHead || isBodyless(head.code)) return;
    if (head.contentLength !== undefined && this.#bytes < head.contentLength) {
      this.#failLength(head);
    }
  }

  /** A promise that the application should await. */
  watch<T>(
    promise: PromiseLike<T>,
    id: RuleId,
    found: string,
  ): WatchedPromise<T> {
    return this.#watched.watch(promise, id, found);
  }

  #checkContentType(head: Head, isEmpty: boolean): void {
    if (this.environ.FCGI_ROLE === "AUTHORIZER") return;
    checkContentType(head, isEmpty, this);
  }

  #failLength({ contentLength }: Head): void {
    this.fail(
      "F7.14",
      `the body has ${this.#bytes} bytes, content-length is ${contentLength}`,
    );
  }

  /** Called by the server as a function of tsgi.cleanup, when the request is over. */
  #end(cleanup: readonly unknown[]): void {
    this.hasEnded = true;
    try {
      checkCleanup(cleanup, this);
    } catch {
      // Logged by fail().
    }
    this.body?.end();
    this.#watched.end();
  }

  #log(text: string): void {
    try {
      this.#errors?.write(`${text}\n`);
    } catch {
      // Not even a log: F2.36 has said so.
    }
  }
}
