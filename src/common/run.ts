// Stop 4 of a request: calls the application, carries its body to the response, closes it.
import { closerOf, sendBody } from "./body.ts";
import { settingsFor } from "./debug-token.ts";
import { buildEnviron, type RequestParts } from "./environ.ts";
import type { TsgiError } from "./errors.ts";
import { Exchange } from "./exchange.ts";
import {
  comesOfAbort,
  failurePage,
  incidentId,
  isDisconnect,
} from "./failure.ts";
import type { RequestInput } from "./input.ts";
import { Observed } from "./observed.ts";
import {
  GuardedOutput,
  type Outcome,
  type Output,
  type Wait,
} from "./output.ts";
import { timedOut, unsendable } from "./reasons.ts";
import { RequestLog } from "./request-log.ts";
import type { Settings } from "./settings.ts";
import { LazySignal } from "./signal.ts";
import { callInTurn, isThenable } from "./thenable.ts";
import type { Application, Environ, ResponseBody } from "./types.ts";

/** One request from the call of the application to the end of its cleanup (PEP 3333, "Specification Details"). */
export class Run {
  readonly #parts: RequestParts;
  readonly #output: Output;
  readonly #guarded: GuardedOutput;
  readonly #settings: Settings;
  readonly #exchange: Exchange;
  readonly #log: RequestLog;
  readonly #signal = new LazySignal();
  readonly #observed: Observed | undefined;
  #inputs: readonly RequestInput[] = [];
  /** The close() of the application's body, until it is called. */
  #closer: (() => unknown) | undefined;
  #cleanup: (() => unknown)[] = [];
  #cleaning: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #abortReason: TsgiError | undefined;
  #outcome: Outcome = "completed";
  #cut = false;
  #finished = false;
  #isOver = false;
  #resolve: () => void = () => {};

  constructor(parts: RequestParts, output: Output, settings: Settings) {
    const { variables } = parts;
    const { observer } = settings;
    const log = new RequestLog(parts.errors, variables, settings.warned);
    this.#parts = parts;
    this.#output = output;
    this.#guarded = new GuardedOutput(output, (cause) => this.#lost(cause));
    this.#settings = settingsFor(variables, settings);
    this.#log = log;
    this.#exchange = new Exchange(
      this.#guarded,
      settings,
      variables.REQUEST_METHOD === "HEAD",
      (text) => log.warning(text),
    );
    if (observer !== undefined) {
      this.#observed = new Observed(observer, variables, this.#guarded, log);
    }
  }

  /**
   * Serves the request. The wait is over when that is, even if the application is not; it never
   * rejects: every trouble ends in the response or in the log.
   */
  serve(application: Application): Wait {
    this.#perform(application);
    if (this.#isOver) return undefined;
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Answers without the application, or without waiting for it any longer. */
  refuse(error: TsgiError): void {
    this.#fail(error);
    void this.#close();
    this.#finish();
  }

  /** Gives the request up: the signal and all reads fail with `reason`, nothing more is sent. */
  abort(reason: TsgiError): void {
    if (this.#finished || this.#abortReason !== undefined) return;
    this.#abortReason = reason;
    this.#observed?.fail(reason);
    this.#outcome = reason.code === "TIMEOUT" ? "failed" : "aborted";
    this.#cut ||= this.#exchange.isIncomplete;
    this.#exchange.end();
    clearTimeout(this.#timer);
    // An application that does not listen cannot keep the request open.
    this.#timer = setTimeout(() => {
      this.#observed?.stuck();
      void this.#close();
      this.#finish();
    }, this.#settings.abortGraceMs);
    this.#signal.abort(reason);
    for (const input of this.#inputs) input.abort(reason);
    this.#guarded.interrupt(reason);
  }

  /** Makes no promise as long as nobody has to wait. */
  #perform(application: Application): void {
    let waiting: Wait;
    try {
      const environ = this.#prepare();
      this.#observed?.start();
      const result = application(environ, this.#exchange.startResponse);
      if (isThenable(result)) waiting = this.#sendLater(result);
      else
        waiting =
          this.#send(result) ?? this.#exchange.complete(this.#endsAtOnce);
    } catch (error) {
      this.#fail(error);
    }
    if (waiting === undefined) this.#conclude();
    else void this.#performLater(waiting);
  }

  async #performLater(waiting: Promise<void>): Promise<void> {
    try {
      await waiting;
      await this.#exchange.complete(this.#endsAtOnce);
    } catch (error) {
      this.#fail(error);
    }
    this.#conclude();
  }

  async #sendLater(result: PromiseLike<ResponseBody>): Promise<void> {
    await this.#send(await result);
  }

  #send(body: ResponseBody): Wait {
    this.#closer = closerOf(body);
    return sendBody(body, this.#exchange, this.#endsAtOnce);
  }

  #conclude(): void {
    const closing = this.#close();
    if (closing === undefined) this.#finish();
    else void closing.then(() => this.#finish());
  }

  #prepare(): Environ {
    const { environ, inputs } = buildEnviron(
      this.#parts,
      this.#signal,
      this.#settings,
      (text) => this.#log.warning(text),
    );
    this.#inputs = inputs;
    this.#cleanup = environ["tsgi.cleanup"];
    const limit = this.#settings.requestTimeoutMs;
    if (limit > 0) this.#timer = setTimeout(() => this.#timeOut(limit), limit);
    return environ;
  }

  /** Nobody is waiting for the last chunk to be taken, so that the end can go with it. */
  get #endsAtOnce(): boolean {
    return this.#closer === undefined && this.#cleanup.length === 0;
  }

  #fail(error: unknown, last = this.#endsAtOnce): void {
    if (this.#abortReason !== undefined) {
      if (!comesOfAbort(error)) {
        this.#log.failure(error, "after the request was aborted");
      }
      return;
    }
    const incident = incidentId();
    this.#log.failure(error, `incident ${incident}`);
    this.#observed?.fail(error, incident);
    this.#outcome = "failed";
    const page = failurePage(error, incident, this.#settings.showErrors);
    if (!this.#exchange.replace(page, last)) {
      this.#cut = this.#exchange.isIncomplete;
      this.#exchange.end();
    }
  }

  #timeOut(limit: number): void {
    const error = timedOut(limit);
    this.#fail(error, false);
    this.abort(error);
  }

  /** Calls the body's close() once; what it throws is logged and nothing else. */
  #close(): Promise<void> | undefined {
    const closer = this.#closer;
    this.#closer = undefined;
    const failed = (error: unknown) =>
      this.#log.failure(error, "close() failed");
    try {
      const closing = closer?.();
      if (!isThenable(closing)) return undefined;
      return Promise.resolve(closing).then(() => {}, failed);
    } catch (error) {
      failed(error);
      return undefined;
    }
  }

  #finish(): void {
    if (!this.#finished) {
      this.#finished = true;
      clearTimeout(this.#timer);
      for (const input of this.#inputs) input.end();
      this.#exchange.end();
      this.#output.end(this.#outcome, this.#cut);
      this.#observed?.end(this.#outcome);
    }
    if (this.#cleanup.length > 0) {
      // Again, where an application that outlived its request has added some.
      this.#cleaning = this.#cleanUp(this.#cleaning);
    }
    if (this.#cleaning === undefined) this.#over();
    else void this.#cleaning.then(() => this.#over());
  }

  #over(): void {
    this.#isOver = true;
    this.#resolve();
  }

  async #cleanUp(earlier: Promise<void> | undefined): Promise<void> {
    await earlier;
    await callInTurn(this.#cleanup, (error) => {
      this.#log.failure(error, "a function of tsgi.cleanup failed");
    });
  }

  #lost(cause: unknown): TsgiError {
    if (!isDisconnect(cause) && this.#abortReason === undefined) {
      this.#log.failure(cause, "the response could not be sent");
    }
    const reason = unsendable(cause);
    this.abort(reason);
    return this.#abortReason ?? reason;
  }
}
