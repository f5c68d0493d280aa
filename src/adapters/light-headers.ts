// Headers as the Fetch Standard has them (section 5.1), for processes that serve one request.
import {
  type HeadersInit,
  headerPairs,
  type Pair,
} from "./light-headers-init.ts";
import { acceptNative } from "./light-native.ts";
import { byteString, makeEnumerable, showAs } from "./light-webidl.ts";

/** RFC 9110, section 5.6.2: names of headers, and methods. */
export const TOKEN: RegExp = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

type Name = readonly [name: string, value?: string];
type Callback = (value: string, name: string, headers: Headers) => void;

/** Makes every change of the headers throw from now on, as the guard "immutable" does. */
let freeze: (headers: Headers) => void;
/** What another has, with the values as they are combined there, and as changeable as there. */
let copyHeaders: (headers: Headers) => Headers;

export { copyHeaders, freeze };

/** A list of headers by their lower-case names. */
export class Headers implements Iterable<[string, string]> {
  /** Combined values; set-cookie is apart, since its values cannot be combined. */
  #values = new Map<string, string>();
  #cookies: string[] = [];
  /** As they are iterated, until they change. */
  #sorted: [string, string][] | undefined;
  #isImmutable = false;

  constructor(init: HeadersInit | undefined = undefined) {
    if (init !== undefined) fill(this, init);
  }

  append(...given: Pair): void {
    const [key, text] = normalise(given);
    this.#change();
    if (key === "set-cookie") {
      this.#cookies.push(text);
      return;
    }
    const old = this.#values.get(key);
    const separator = key === "cookie" ? "; " : ", ";
    this.#values.set(key, old === undefined ? text : old + separator + text);
  }

  delete(...given: Name): void {
    const key = keyOf(given);
    this.#change();
    if (key === "set-cookie") this.#cookies = [];
    this.#values.delete(key);
  }

  get(...given: Name): string | null {
    const key = keyOf(given);
    if (key !== "set-cookie") return this.#values.get(key) ?? null;
    return this.#cookies.length > 0 ? this.#cookies.join(", ") : null;
  }

  getSetCookie(): string[] {
    return [...this.#cookies];
  }

  has(...given: Name): boolean {
    const key = keyOf(given);
    if (key === "set-cookie") return this.#cookies.length > 0;
    return this.#values.has(key);
  }

  set(...given: Pair): void {
    const [key, text] = normalise(given);
    this.#change();
    if (key === "set-cookie") this.#cookies = [text];
    else this.#values.set(key, text);
  }

  forEach(callback: Callback, receiver: unknown = undefined): void {
    if (typeof callback !== "function") {
      throw new TypeError("Cannot call what is no function for each header");
    }
    for (const [name, value] of this) {
      Reflect.apply(callback, receiver, [value, name, this]);
    }
  }

  /** By names; changes made meanwhile are seen, as the standard wants it. */
  *entries(): IterableIterator<[string, string]> {
    for (let at = 0; ; at++) {
      const entry = this.#list()[at];
      if (entry === undefined) return;
      yield [...entry];
    }
  }

  *keys(): IterableIterator<string> {
    for (const [name] of this.entries()) yield name;
  }

  *values(): IterableIterator<string> {
    for (const [, value] of this.entries()) yield value;
  }

  declare [Symbol.iterator]: () => IterableIterator<[string, string]>;

  get [Symbol.toStringTag](): string {
    return "Headers";
  }

  static {
    freeze = (headers) => {
      headers.#isImmutable = true;
    };
    copyHeaders = (headers) => {
      const copy = new Headers();
      copy.#values = new Map(headers.#values);
      copy.#cookies = [...headers.#cookies];
      copy.#isImmutable = headers.#isImmutable;
      return copy;
    };
  }

  #change(): void {
    if (this.#isImmutable) {
      throw new TypeError("Cannot change the headers: they are immutable");
    }
    this.#sorted = undefined;
  }

  #list(): readonly [string, string][] {
    if (this.#sorted !== undefined) return this.#sorted;
    const list = [...this.#values];
    for (const cookie of this.#cookies) list.push(["set-cookie", cookie]);
    this.#sorted = list.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return this.#sorted;
  }
}

makeEnumerable(Headers.prototype);
showAs(Headers.prototype, Object.fromEntries);
acceptNative(Headers, "Headers");
// The same function, as the standard has it.
Object.defineProperty(Headers.prototype, Symbol.iterator, {
  value: Headers.prototype.entries,
  writable: true,
  configurable: true,
});

/** Adds what a constructor was given. @throws {TypeError} for what are no headers */
export function fill(headers: Headers, init: HeadersInit): void {
  for (const pair of headerPairs(init)) {
    if (pair.length > 2) {
      throw new TypeError("Cannot take a header: it is no pair");
    }
    headers.append(...pair);
  }
}

function normalise(given: Pair): Pair {
  const key = keyOf(given);
  if (given.length < 2) {
    throw new TypeError("Cannot take a header: it has no value");
  }
  const value = byteString(given[1]).replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, "");
  if (/[\0\n\r]/.test(value)) {
    throw new TypeError(
      `Cannot take ${JSON.stringify(value)} for a header's value`,
    );
  }
  return [key, value];
}

function keyOf(given: Name): string {
  if (given.length < 1) {
    throw new TypeError("Cannot take a header: it has no name");
  }
  const name = byteString(given[0]);
  if (!TOKEN.test(name)) {
    throw new TypeError(
      `Cannot take ${JSON.stringify(name)} for a header's name`,
    );
  }
  return name.toLowerCase();
}
