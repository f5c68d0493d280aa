// The middleware which the documentation shows.
import type { Middleware } from "../../src/common/types.ts";
import { blockModules, codeBlocks } from "./blocks.ts";

const load = blockModules(codeBlocks("docs/specification.md"));
const block = await load<{ shouting: Middleware }>("shouting.ts");
// A name the compiler does not follow: the example is JavaScript.
const path = "../../examples/middleware.js";
const example: { logged: Middleware } = await import(path);

/** Of docs/specification.md: plain text in capitals. */
export const shouting: Middleware = block.shouting;

/** Of examples/middleware.js: a line on tsgi.errors for each request. */
export const logged: Middleware = example.logged;
