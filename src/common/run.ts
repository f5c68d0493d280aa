// Stop 4 of a request: calls the application, carries its body to the response, closes it.
import { describe, isBytes, toBytes } from "./chunk.ts";
import { buildEnviron, type RequestParts } from "./environ.ts";
import { TsgiError } from "./errors.ts";
import { Exchange, type Outcome, type Output } from "./exchange.ts";
import {
  failurePage,
  incidentId,
  printable,
  reportFailure,
  statusFor,
} from "./failure.ts";
import type { RequestInput } from "./input.ts";
import type { Settings } from "./settings.ts";
import { LazySignal } from "./signal.ts";
import type { Application, Environ, ResponseBody } from "./types.ts";

/** Chunks of a synchronous body after which other requests get a turn. */
const TURN = 256;

/** One request from the call of the application to the end of its cleanup (PEP 3333, "Specification Details"). */
export class Run {
  readonly #parts: RequestParts;
  readonly #output: Output;
  readonly #settings: Settings;
  readonly #exchange: Exchange;
  readonly #request: string;
  readonly #signal = new LazySignal();
  #inputs: readonly RequestInput[] = [];
  #body: ResponseBody | undefined;
  #cleanup: (() => unknown)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #abortReason: TsgiError | undefined;
  #outcome: Outcome = "completed";
  #cut = false;
  #closed = false;
  #finished = false;

  constructor(parts: RequestParts, output: Output, settings: Settings) {
    const { REQUEST_METHOD, REQUEST_URI, PATH_INFO } = parts.variables;
    this.#parts = parts;
    this.#output = output;
    this.#settings = settings;
    // Taken now: the application may change its environ in any way.
    this.#request = `${REQUEST_METHOD} ${REQUEST_URI ?? PATH_INFO}`;
    this.#exchange = new Exchange(output, settings, REQUEST_METHOD === "HEAD", {
      warn: (text) => this.#warn(text),
      lost: (cause) => this.#lost(cause),
    });
  }

  /** Serves the request. Never rejects: every trouble ends in the response or in the log. */
  async serve(application: Application): Promise<void> {
    try {
      const environ = this.#environ();
      const result = application(environ, this.#exchange.startResponse);
      this.#body = isThenable(result) ? await result : result;
      if (this.#exchange.phase === "ended") release(this.#body);
      else {
        const sending = this.#send(this.#body);
        if (sending !== undefined) await sending;
        if (this.#abortReason === undefined) {
          this.#exchange.complete(!hasClose(this.#body));
        }
      }
    } catch (error) {
      this.#fail(error, !hasClose(this.#body));
    }
    const closing = this.#close();
    if (closing !== undefined) await closing;
    this.#finish();
    if (this.#cleanup.length > 0) await this.#cleanUp();
  }

  /** Answers without asking the application. */
  refuse(error: TsgiError): void {
    this.#fail(error, true);
    this.#finish();
  }

  /** Gives the request up: the signal and all reads fail with `reason`, nothing more is sent. */
  abort(reason: TsgiError): void {
    if (this.#finished || this.#abortReason !== undefined) return;
    this.#abortReason = reason;
    this.#outcome = "aborted";
    this.#cut ||= this.#exchange.isIncomplete;
    this.#exchange.end();
    this.#signal.abort(reason);
    for (const input of this.#inputs) input.abort(reason);
    clearTimeout(this.#timer);
    // An application that does not listen cannot keep the request open.
    this.#timer = setTimeout(() => {
      void this.#close();
      this.#finish();
    }, this.#settings.abortGraceMs);
  }

  #environ(): Environ {
    const { environ, inputs } = buildEnviron(
      this.#parts,
      this.#signal,
      this.#settings,
      (text) => this.#warn(text),
    );
    this.#inputs = inputs;
    this.#cleanup = environ["tsgi.cleanup"];
    const limit = this.#settings.requestTimeoutMs;
    if (limit > 0) this.#timer = setTimeout(() => this.#timeOut(limit), limit);
    return environ;
  }

  #send(body: unknown): Promise<void> | undefined {
    if (typeof body === "string" || isBytes(body)) return this.#sendWhole(body);
    if (Array.isArray(body) && body.length < 2) {
      return this.#sendWhole(body.length === 0 ? "" : body[0]);
    }
    if (typeof body === "object" && body !== null) {
      if (Symbol.asyncIterator in body) {
        return this.#sendAsync(body as AsyncIterable<never>);
      }
      if (Symbol.iterator in body) {
        return this.#sendSync(body as Iterable<never>);
      }
    }
    throw new TsgiError(
      "BODY",
      `Cannot send ${describe(body)} as a body: return a string, bytes, or an iterable of them`,
    );
  }

  #sendWhole(chunk: string | Uint8Array): Promise<void> | undefined {
    return this.#exchange.sendWhole(toBytes(chunk), !hasClose(this.#body));
  }

  async #sendSync(body: Iterable<never>): Promise<void> {
    let sent = 0;
    for (const chunk of body) {
      const wait = this.#exchange.send(toBytes(chunk));
      if (wait !== undefined) await wait;
      else if (++sent % TURN === 0) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (!this.#exchange.wantsMore) break;
    }
  }

  async #sendAsync(body: AsyncIterable<never>): Promise<void> {
    for await (const chunk of body) {
      const wait = this.#exchange.send(toBytes(chunk));
      if (wait !== undefined) await wait;
      if (!this.#exchange.wantsMore) break;
    }
  }

  /** @param last whether {@link #finish} follows at once */
  #fail(error: unknown, last: boolean): void {
    if (this.#abortReason !== undefined) {
      // Most likely what the abort itself has caused.
      if (!TsgiError.is(error) && !isAbortError(error)) {
        this.#report(error, "after the request was aborted");
      }
      return;
    }
    const incident = incidentId();
    this.#report(error, `incident ${incident}`);
    this.#outcome = "failed";
    const { showErrors } = this.#settings;
    const page = failurePage(
      statusFor(error),
      incident,
      showErrors ? error : undefined,
    );
    if (!this.#exchange.replace(page.head, page.body, last)) {
      this.#cut = this.#exchange.isIncomplete;
      this.#exchange.end();
    }
  }

  #timeOut(limit: number): void {
    const error = new TsgiError(
      "TIMEOUT",
      `Cannot wait for the application: it took longer than ${limit} ms`,
    );
    this.#fail(error, false);
    this.abort(error);
    this.#outcome = "failed";
  }

  /** Calls the body's close() once; what it throws is logged and nothing else. */
  #close(): Promise<void> | undefined {
    const body = this.#body;
    if (this.#closed || body === undefined || body === null) return undefined;
    this.#closed = true;
    try {
      const closing = hasClose(body) ? body.close() : undefined;
      if (!isThenable(closing)) return undefined;
      return Promise.resolve(closing).then(
        () => {},
        (error) => this.#report(error, "close() failed"),
      );
    } catch (error) {
      this.#report(error, "close() failed");
      return undefined;
    }
  }

  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    clearTimeout(this.#timer);
    for (const input of this.#inputs) input.end();
    this.#exchange.end();
    this.#output.end(this.#outcome, this.#cut);
  }

  async #cleanUp(): Promise<void> {
    for (const action of this.#cleanup) {
      try {
        await action();
      } catch (error) {
        this.#report(error, "a function of tsgi.cleanup failed");
      }
    }
  }

  #lost(cause: unknown): TsgiError {
    const reason = new TsgiError(
      "DISCONNECTED",
      "Cannot send the response: the web server closed the connection",
      { cause },
    );
    this.abort(reason);
    return this.#abortReason ?? reason;
  }

  #report(error: unknown, what: string): void {
    const context = `${what}: ${printable(this.#request)}`;
    reportFailure(this.#parts.errors, error, context);
  }

  #warn(text: string): void {
    const { warned } = this.#settings;
    if (warned.has(text)) return;
    warned.add(text);
    this.#parts.errors.write(
      `tsgi: warning: ${printable(this.#request)}: ${text}\n`,
    );
  }
}

/** Frees a body that is never iterated: the request was aborted before it came. */
function release(body: unknown): void {
  if (typeof body !== "object" || body === null || hasClose(body)) return;
  if ("destroy" in body && typeof body.destroy === "function") body.destroy();
  else if (Symbol.asyncIterator in body) {
    const iterator = (body as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    iterator.return?.().catch(() => {});
  } else if (Symbol.iterator in body) {
    (body as Iterable<unknown>)[Symbol.iterator]().return?.();
  }
}

function isThenable(value: unknown): value is PromiseLike<ResponseBody> {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { then?: unknown }).then === "function"
  );
}

function hasClose(value: unknown): value is { close(): unknown } {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { close?: unknown }).close === "function"
  );
}

function isAbortError(error: unknown): boolean {
  return (
    (error as { name?: unknown } | null | undefined)?.name === "AbortError"
  );
}
