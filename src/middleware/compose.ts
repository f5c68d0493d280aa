import type { Middleware } from "../common/types.ts";
import { checkFunction } from "./checks.ts";

/**
 * One middleware of several, the first outermost: `compose(a, b)(application)` is `a(b(application))`.
 *
 * @throws {TsgiError} `CONFIG` where one of them, or what it returns for the application, is no function
 */
export function compose(...middleware: readonly Middleware[]): Middleware {
  for (const [at, one] of middleware.entries()) {
    checkFunction(one, `middleware ${at + 1} of compose()`);
  }
  return (application) => {
    checkFunction(application, "the application of compose()");
    let composed = application;
    for (const [at, one] of [...middleware.entries()].reverse()) {
      composed = one(composed);
      checkFunction(composed, `the result of middleware ${at + 1}`);
    }
    return composed;
  };
}
