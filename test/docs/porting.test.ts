// docs/porting-from-wsgi.md: its code compiles and does what the page says, and it names what exists.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Application, Middleware } from "../../src/index.ts";
import * as tsgi from "../../src/index.ts";
import { client } from "../../src/testing/index.ts";
import { codeBlocks, root } from "./blocks.ts";
import { typeErrors } from "./types.ts";

const page = "docs/porting-from-wsgi.md";
const blocks = codeBlocks(page);

test(`the code of ${page} compiles`, () => {
  const files = blocks.map(
    ({ name, text }) => [join(root, "docs", name), text] as const,
  );
  assert.deepEqual(typeErrors(new Map(files)), []);
});

test("greet.ts greets, in any script", async () => {
  const { greet } = await load<{ greet: Application }>("greet.ts");
  const site = client(greet);
  assert.equal((await site.get("/")).text, "Hello, world!\n");
  assert.equal((await site.get("/?name=Zo%C3%AB")).text, "Hello, Zoë!\n");
});

test("sign.ts keeps what is written, and refuses what is too long or no form", async () => {
  const { sign } = await load<{ sign: Application }>("sign.ts");
  const site = client(sign);
  const entry = new URLSearchParams({ entry: "Grüße" });
  const signed = await site.post("/", { body: entry });
  assert.equal(signed.status, "303 See Other");
  assert.equal((await site.get("/")).text, "Grüße");
  const long = await site.post("/", { body: "x".repeat(10_001) });
  assert.equal(long.code, 413);
  assert.equal((await site.post("/", { json: {} })).code, 400);
});

test("timed.ts adds its header, and passes errors on", async () => {
  const { timed } = await load<{ timed: Middleware }>("timed.ts");
  const site = client(timed(tsgi.text("x")));
  const answer = await site.get("/");
  assert.match(answer.header("Server-Timing") ?? "", /^app;dur=\d+$/);
});

test("ticker.ts negotiates, and ends when the client leaves", async () => {
  const { ticker } = await load<{ ticker: Application }>("ticker.ts");
  const headers = { "Accept-Language": "de, en;q=0.5" };
  const answer = client(ticker).begin("GET", "/", { headers });
  await answer.output.sent(1);
  assert.equal(answer.header("Content-Language"), "de");
  assert.equal(answer.text, "tick, auf Deutsch\n");
  answer.abort();
  await answer.ended;
  assert.equal(answer.outcome, "aborted");
  assert.equal(answer.errors, "");
});

test("greet-test.ts passes", async () => {
  const { greets } = await load<{ greets(): Promise<void> }>("greet-test.ts");
  await greets();
});

test(`${page} names what package tsgi exports`, () => {
  const text = readFileSync(join(root, page), "utf8");
  const [, table = ""] = text.split("## Utilities");
  for (const name of Object.keys(tsgi)) {
    if (OTHERS.includes(name)) continue;
    assert.ok(table.includes(name), name);
  }
});

/** Named elsewhere, or plain: what stands for all of its kind is in the table. */
const OTHERS = [
  "TsgiError",
  "RequestBody",
  "appendHeader",
  "bodyLength",
  "bytesToLatin1",
  "closingIterable",
  "decodePath",
  "encodePath",
  "getHeaders",
  "hasHeader",
  "inputToWebStream",
  "latin1ToBytes",
  "mapBody",
  "observeAll",
  "removeHeader",
  "responseHook",
  "statusHasNoBody",
];

const modules = new Map<string, Promise<unknown>>();

/** A block, as a module beside the page, where its imports are found. */
async function load<T>(name: string): Promise<T> {
  let module = modules.get(name);
  if (module === undefined) {
    const folder = mkdtempSync(join(root, "test/docs/.blocks-"));
    for (const one of blocks) writeFileSync(join(folder, one.name), one.text);
    module = import(join(folder, name)).finally(() =>
      rmSync(folder, { recursive: true }),
    );
    modules.set(name, module);
  }
  return (await module) as T;
}
