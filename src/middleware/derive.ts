import type { Environ } from "../common/types.ts";

const SIGNAL = "tsgi.signal";

/**
 * A copy of an environ for the application inside, so that the side without, which may look at it as late
 * as in a close(), finds its own as it was. A change to `undefined` takes the key away.
 */
export function derive(
  environ: Environ,
  changes: Readonly<Record<string, unknown>>,
): Environ {
  const copy: Environ = Object.create(null);
  for (const name of Object.keys(environ)) {
    // To read the signal is to make it, which most applications have no need of.
    if (name !== SIGNAL) copy[name as "x.y"] = environ[name as "x.y"];
  }
  if (SIGNAL in environ) {
    Object.defineProperty(copy, SIGNAL, {
      get: () => environ[SIGNAL],
      set: (value) =>
        Object.defineProperty(copy, SIGNAL, { value, writable: true }),
      enumerable: true,
      configurable: true,
    });
  }
  for (const name of Object.keys(changes)) {
    if (changes[name] === undefined) delete copy[name as "x.y"];
    else copy[name as "x.y"] = changes[name];
  }
  return copy;
}
