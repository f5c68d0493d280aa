import type { TsgiError } from "./errors.ts";

const NAME = "tsgi.signal";

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

/** Returns the object it is given, so that a subclass adds its private field to that. */
class Given {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: it is what this class is for.
    return object;
  }
}

/** Ties a signal to an environ, for a quarter of what an accessor with closures of its own costs. */
class SignalHolder extends Given {
  readonly #lazy: LazySignal;

  constructor(environ: object, lazy: LazySignal) {
    super(environ);
    this.#lazy = lazy;
  }

  /** @param environ or what inherits from it, as with Object.create(environ) */
  static signalOf(environ: object): AbortSignal | undefined {
    let holder: object | null = environ;
    while (holder !== null && !(#lazy in holder)) {
      holder = Object.getPrototypeOf(holder);
    }
    return holder === null ? undefined : holder.#lazy.signal;
  }
}

const ACCESSOR: PropertyDescriptor = {
  get(this: object) {
    return SignalHolder.signalOf(this);
  },
  // Assigned to by middleware, it becomes a plain property of whatever object that has.
  set(this: object, value: unknown) {
    const plain = { writable: true, enumerable: true, configurable: true };
    Object.defineProperty(this, NAME, { value, ...plain });
  },
  enumerable: true,
  configurable: true,
};

/** Gives `environ` its `tsgi.signal`, made on first use: most applications do not look at it. */
export function addSignal(environ: object, lazy: LazySignal): void {
  new SignalHolder(environ, lazy);
  Object.defineProperty(environ, NAME, ACCESSOR);
}
