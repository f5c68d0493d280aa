// Stop 4: the application's call, from its variables to the end of its response.
import { Run } from "../../src/common/run.ts";
import { measure } from "./measure.ts";
import { HEADERS, hello, nowhere, parts, settings } from "./request.ts";

const BODY = "Hello, world!\n";

await measure("One call of a hello", {
  "a body in one piece": () => new Run(parts(), nowhere, settings).serve(hello),
  "an array of two": () =>
    new Run(parts(), nowhere, settings).serve((_, startResponse) => {
      startResponse("200 OK", HEADERS);
      return [BODY, BODY];
    }),
  "an async function": () =>
    new Run(parts(), nowhere, settings).serve(async (_, startResponse) => {
      startResponse("200 OK", HEADERS);
      return BODY;
    }),
  "a generator": () =>
    new Run(parts(), nowhere, settings).serve(function* (_, startResponse) {
      startResponse("200 OK", HEADERS);
      yield BODY;
    }),
  "an async generator": () =>
    new Run(parts(), nowhere, settings).serve(
      async function* (_, startResponse) {
        startResponse("200 OK", HEADERS);
        yield BODY;
      },
    ),
  "the request's parts alone": () => parts(),
});
