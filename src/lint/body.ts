// F7: a body, as the one who iterates and closes it sees it.
import { isBytes } from "../common/chunk.ts";
import type { Call } from "./call.ts";
import { checkedIterator, type Steps } from "./iteration.ts";
import { show } from "./report.ts";

/** Checks what the application returned. @returns what the server is to use instead */
export function lintBody(body: unknown, call: Call): unknown {
  try {
    call.check();
    if (body === undefined || body === null || body === false) {
      call.fail("F1.06", `the application returned ${String(body)}`);
      return body;
    }
    if (typeof body === "string" || isBytes(body)) {
      call.take(body, "F7.03");
      call.complete();
      return body;
    }
    if (!isIterable(body)) {
      call.fail("F7.02", `the application returned ${show(body)}`);
      return body;
    }
    // A server takes a short array as a whole, to state its length (A11.03).
    const isWhole = Array.isArray(body) && body.length < 2;
    if (isWhole) {
      if (body.length === 1) call.take(body[0], "F7.03");
      call.complete();
    }
    call.body = new BodyWatch(body, call, isWhole);
    return call.body.view;
  } catch (error) {
    // The server never sees this body, so that closing it is left to us.
    closeUnseen(body);
    throw error;
  }
}

type Body = Partial<Iterable<unknown> & AsyncIterable<unknown>> & {
  close?: unknown;
  upTo?: unknown;
};

/** Follows one body from its first iteration to its end. */
export class BodyWatch {
  /** The body for the server: of the same kind, with checks around what may be used of it. */
  readonly view: object;
  readonly #body: Body;
  readonly #call: Call;
  /** Its chunks have been checked already. */
  readonly #isWhole: boolean;
  #steps: Steps | undefined;
  #isClosed = false;

  constructor(body: Body, call: Call, isWhole: boolean) {
    this.#body = body;
    this.#call = call;
    this.#isWhole = isWhole;
    this.view = Array.isArray(body) ? body.slice() : Object.create(body);
    this.#define(Symbol.iterator, (make) => this.#iterate(make(), false));
    this.#define(Symbol.asyncIterator, (make) => this.#iterate(make(), true));
    this.#define("close", (close) => this.#close(close));
    // The server's own file bodies know to stop at Content-Length.
    this.#define("upTo", (make) => {
      const iterator = this.#iterate(
        (make() as AsyncIterable<unknown>)[Symbol.asyncIterator](),
        true,
      );
      return { [Symbol.asyncIterator]: () => iterator };
    });
    // Of streams; their methods must not see the view as `this`.
    for (const name of ["on", "destroy", "cancel"]) {
      this.#define(name, (method) => method());
    }
  }

  /** The request is over. */
  end(): void {
    const call = this.#call;
    if (typeof this.#body.close === "function" && !this.#isClosed) {
      const isReplaced = call.outer !== undefined;
      call.failLate(
        isReplaced ? "F7.13" : "F7.08",
        isReplaced
          ? "middleware has not closed the body it replaced"
          : "the body was not closed",
      );
    }
    this.#steps?.leave();
  }

  #define(
    name: string | symbol,
    action: (method: () => unknown) => unknown,
  ): void {
    const method = (this.#body as Record<string | symbol, unknown>)[name];
    if (typeof method !== "function") return;
    Object.defineProperty(this.view, name, {
      value: (...args: unknown[]) =>
        action(() => method.apply(this.#body, args)),
      configurable: true,
      writable: true,
    });
  }

  #iterate(iterator: unknown, isAsync: boolean): unknown {
    if (this.#steps !== undefined) {
      this.#call.fail("F7.07", "the body is iterated a second time");
    }
    const { steps, checked } = checkedIterator(
      iterator as Iterator<unknown> | AsyncIterator<unknown>,
      isAsync,
      this.#call,
      {
        isWhole: this.#isWhole,
        isClosed: () => this.#isClosed,
        array: Array.isArray(this.#body) ? this.#body : undefined,
      },
    );
    this.#steps = steps;
    return checked;
  }

  #close(close: () => unknown): unknown {
    if (this.#isClosed) {
      this.#call.fail("F7.09", "the body is closed a second time");
    }
    this.#isClosed = true;
    this.#call.isComplete = true;
    this.#steps?.leave();
    return close();
  }
}

function isIterable(value: unknown): value is Body {
  return (
    typeof value === "object" &&
    value !== null &&
    (Symbol.asyncIterator in value || Symbol.iterator in value)
  );
}

function closeUnseen(body: unknown): void {
  try {
    const closing = (body as { close?: () => unknown } | null)?.close?.();
    Promise.resolve(closing).catch(() => {});
  } catch {
    // The finding is what counts.
  }
}
