import type { TsgiError } from "./errors.ts";

/** An AbortController that costs nothing until somebody asks for its signal. */
export class LazySignal {
  #controller: AbortController | undefined;
  #reason: TsgiError | undefined;

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  abort(reason: TsgiError): void {
    this.#reason ??= reason;
    this.#controller?.abort(reason);
  }
}
