// How arguments are converted and refused, as Web IDL has it.

/** A string of bytes, which is what a header has. @throws {TypeError} for characters that are none */
export function byteString(value: unknown): string {
  // Not String(), which takes symbols.
  const text = `${value}`;
  if (/[^\0-\xff]/.test(text)) {
    throw new TypeError(
      `Cannot convert "${text}" to bytes: a character is above U+00FF`,
    );
  }
  return text;
}

/** A number as 16 bits. @throws {TypeError} for symbols and the like */
export function unsignedShort(value: number): number {
  // Not Number(), which takes a BigInt.
  return +value & 0xffff;
}

/** One of the values of an enumeration. @throws {TypeError} for all else */
export function oneOf<T extends string>(
  name: string,
  value: unknown,
  allowed: readonly T[],
): T {
  const text = `${value}`;
  const found = allowed.find((one) => one === text);
  if (found !== undefined) return found;
  throw new TypeError(
    `Cannot take ${name} "${text}": it is none of ${allowed.join(", ")}`,
  );
}

/** The members of a dictionary, of which undefined and null have none. @throws {TypeError} for what is no object */
export function dictionary<T extends object>(
  value: T | null | undefined,
): Partial<T> {
  if (value === undefined || value === null) return {};
  if (typeof value === "object" || typeof value === "function") return value;
  throw new TypeError(
    `Cannot take ${typeof value} for options: it is no object`,
  );
}

/** What a class says it is by Symbol.toStringTag; to name the class itself would load it. */
export function isTagged(value: unknown, ...tags: readonly string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  return tags.includes(Object.prototype.toString.call(value).slice(8, -1));
}

/** Web IDL has enumerable what classes have not. */
export function makeEnumerable(prototype: object): void {
  for (const name of Object.getOwnPropertyNames(prototype)) {
    if (name === "constructor") continue;
    Object.defineProperty(prototype, name, { enumerable: true });
  }
}

type Inspect = (value: unknown, options: object) => string;

/** Has util.inspect() and console.log() show `Headers { … }` rather than an object without properties. */
export function showAs<T extends object>(
  prototype: T,
  plain: (value: T) => object,
): void {
  Object.defineProperty(prototype, Symbol.for("nodejs.util.inspect.custom"), {
    value(this: T, _depth: number, options: object, inspect: Inspect): string {
      return `${this.constructor.name} ${inspect(plain(this), options)}`;
    },
  });
}

/** The same, with what these accessors say. */
export function showAccessors(
  prototype: object,
  names: readonly string[],
): void {
  showAs(prototype, (value) =>
    Object.fromEntries(names.map((name) => [name, Reflect.get(value, name)])),
  );
}
