// What a constructor takes for headers, as Web IDL converts it.
import { byteString } from "./light-webidl.ts";

/** Pairs, or an object whose members they are. */
export type HeadersInit = Iterable<Iterable<unknown>> | object;

/** A header; where it was none, with more or fewer members. */
export type Pair = readonly [name: string, value: string];

/** All pairs, before any of them is looked at. @throws {TypeError} for what are none */
export function headerPairs(init: HeadersInit): Pair[] {
  if (typeof init !== "object" || init === null) {
    throw new TypeError(
      `Cannot make headers of ${typeof init}: it is no object`,
    );
  }
  const pairs: Pair[] = [];
  if (Symbol.iterator in init) {
    for (const entry of init) pairs.push(pairOf(entry));
    return pairs;
  }
  for (const key of Reflect.ownKeys(init)) {
    const own = Reflect.getOwnPropertyDescriptor(init, key);
    if (own?.enumerable) pairs.push(pairOf([key, Reflect.get(init, key)]));
  }
  return pairs;
}

function pairOf(entry: unknown): Pair {
  if (typeof entry === "object" && entry !== null && Symbol.iterator in entry) {
    return Array.from(
      entry as Iterable<unknown>,
      byteString,
    ) as unknown as Pair;
  }
  throw new TypeError("Cannot take a header: it is no pair");
}
