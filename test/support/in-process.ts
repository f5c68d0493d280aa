// The client of tsgi/testing as the tests of this project use it, with what their applications share.
import type { Application, Header } from "../../src/common/types.ts";

export type { Answer } from "../../src/testing/answer.ts";
export {
  begin,
  environOf,
  type InProcessRequest,
  inProcessSettings,
  request,
} from "../../src/testing/in-process.ts";
export { MemoryErrors } from "../../src/testing/memory-errors.ts";
export { MemoryOutput } from "../../src/testing/memory-output.ts";
export { BodyFeed } from "../../src/testing/request-body.ts";

/** Headers of a response whose headers do not matter. */
export const TEXT: readonly Header[] = [["Content-Type", "text/plain"]];

/** An application for tests which look at something else. */
export const hello: Application = (_environ, startResponse) => {
  startResponse("200 OK", TEXT);
  return "hello";
};
