import type { Header, Middleware } from "../common/types.ts";
import { checkHeaderName, configError } from "./checks.ts";

/** What {@link headerRewrite} does to the headers of a response. */
export interface HeaderRewriteOptions {
  /** Names of headers to take out, in any case. */
  readonly remove?: readonly string[];
  /** Headers of which only this one is to remain. */
  readonly set?: readonly Header[];
  /** Headers to put after the application's. */
  readonly add?: readonly Header[];
}

const FORBIDDEN_IN_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * Removes, replaces and adds headers of every response, in this order.
 *
 * @throws {TsgiError} `CONFIG` for a name or value that no header can have
 */
export function headerRewrite(options: HeaderRewriteOptions): Middleware {
  const { remove = [], set = [], add = [] } = options;
  const added = [...set, ...add];
  const removed = new Set<string>();
  for (const name of [...remove, ...set.map(([name]) => name)]) {
    checkHeaderName(name);
    removed.add(name.toLowerCase());
  }
  for (const [name, value] of added) {
    checkHeaderName(name);
    if (typeof value !== "string" || FORBIDDEN_IN_VALUE.test(value)) {
      throw configError(
        `use the value of header ${name}: it must be a string of printable Latin-1 characters`,
      );
    }
  }
  return (application) => (environ, startResponse) =>
    application(environ, (status, headers, error) => {
      const kept = [...headers].filter(([name]) => !isRemoved(name));
      return startResponse(status, [...kept, ...added], error);
    });

  function isRemoved(name: string): boolean {
    return typeof name === "string" && removed.has(name.toLowerCase());
  }
}
