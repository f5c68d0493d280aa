// What the server itself says about one request, in the stream that ends in the web server's log.
import { describeError, printable } from "./failure.ts";
import type { ErrorStream } from "./types.ts";
import type { Variables } from "./variables.ts";

/** Characters of the request target to show; it may have as many as the params. */
const TARGET = 2_000;

/** Writes lines that name the request. Cannot fail, whatever an application did to the stream. */
export class RequestLog {
  readonly #errors: ErrorStream;
  readonly #warned: Set<string>;
  readonly #variables: Variables;
  readonly #request: string;

  /** @param warned the warnings which the server has given already */
  constructor(errors: ErrorStream, variables: Variables, warned: Set<string>) {
    const { REQUEST_METHOD = "?", REQUEST_URI, PATH_INFO = "?" } = variables;
    this.#errors = errors;
    this.#warned = warned;
    this.#variables = variables;
    // Taken now: the application may change its environ in any way.
    const target = (REQUEST_URI ?? PATH_INFO).slice(0, TARGET);
    this.#request = `${REQUEST_METHOD} ${target}`;
  }

  failure(error: unknown, what: string): void {
    this.#write(`${what}: ${this.#name()}: ${describeError(error)}`);
  }

  /** Warns of what concerns every such request, once. */
  warning(text: string): void {
    if (this.#warned.has(text)) return;
    this.#warned.add(text);
    this.#write(`warning: ${this.#name()}: ${text}`);
  }

  #name(): string {
    const id: unknown = this.#variables["request.id"];
    const name = printable(this.#request);
    return typeof id === "string" ? `${name} (${printable(id)})` : name;
  }

  #write(text: string): void {
    try {
      this.#errors.write(`tsgi: ${text}\n`);
    } catch {
      // There is no further place to report to; the request goes on.
    }
  }
}
