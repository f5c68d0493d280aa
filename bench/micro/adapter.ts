// Other people's interfaces, each with the same hello, through the runner.
import { fromFetch, fromNode } from "../../src/adapters/index.ts";
import { Run } from "../../src/common/run.ts";
import type { Application } from "../../src/common/types.ts";
import { measure } from "./measure.ts";
import { hello, nowhere, parts, settings } from "./request.ts";

const serve = (application: Application) => () =>
  new Run(parts(), nowhere, settings).serve(application);

await measure("A hello through the adapters", {
  "our own interface": serve(hello),
  fromNode: serve(
    fromNode((_request, response) => {
      response.setHeader("Content-Type", "text/plain");
      response.setHeader("Content-Length", 14);
      response.end("Hello, world!\n");
    }),
  ),
  fromFetch: serve(fromFetch(() => new Response("Hello, world!\n"))),
});
