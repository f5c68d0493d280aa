// Other people's interfaces, each with the same hello, through the runner.
import { fromFetch, fromNode } from "../../src/adapters/index.ts";
import { Run } from "../../src/common/run.ts";
import type { Application } from "../../src/common/types.ts";
import { measure } from "./measure.ts";
import { hello, nowhere, parts, settings } from "./request.ts";

const listener = fromNode((_request, response) => {
  response.setHeader("Content-Type", "text/plain");
  response.setHeader("Content-Length", 14);
  response.end("Hello, world!\n");
});
const handler = fromFetch(() => new Response("Hello, world!\n"));

const serve = (application: Application) => () =>
  new Run(parts(), nowhere, settings).serve(application);

// One after another: what fetch leaves behind slows down whatever runs in turn with it.
await measure("A hello by itself", { "our own interface": serve(hello) });
await measure("A hello as (req, res)", { fromNode: serve(listener) });
await measure("A hello as a fetch handler", { fromFetch: serve(handler) });
