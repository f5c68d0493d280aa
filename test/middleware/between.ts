import type { Application, Middleware } from "../../src/common/types.ts";
import { lint } from "../../src/lint/index.ts";

/** Middleware between two validators: one is its server, the other its application. */
export function between(
  middleware: Middleware,
  application: Application,
): Application {
  return lint(middleware(lint(application)));
}
