import type { Application, Middleware } from "../../src/common/types.ts";

/** Middleware between two validators: one is its server, the other its application. */
export function between(
  middleware: Middleware,
  application: Application,
): Application {
  return middleware(application);
}
