// Fetch applications in tsgi-cgi, which has light Headers, Request and Response.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { type Files, start } from "./command.ts";
import { project, VARIABLES } from "./programs.ts";

const TELLS = `const undici = () => process.moduleLoadList.includes("NativeModule internal/deps/undici/undici");`;

interface Asked {
  /** Name of the export, after a colon. */
  readonly export?: string;
  readonly args?: readonly string[];
  readonly body?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What tsgi-cgi writes for an application, the first of the files. */
async function ask(
  t: TestContext,
  files: Files,
  { args = [], body, env = {}, export: name = "" }: Asked = {},
): Promise<{ head: string; body: string }> {
  const [application = ""] = Object.keys(files);
  const post = body !== undefined && {
    REQUEST_METHOD: "POST",
    CONTENT_LENGTH: `${Buffer.byteLength(body)}`,
  };
  const command = start(t, "tsgi-cgi", [...args, application + name], {
    cwd: project(t, files),
    env: { ...VARIABLES, ...post, ...env },
    stdin: "pipe",
  });
  command.child.stdin?.end(body);
  const { stdout, stderr } = await command.ended;
  assert.equal(stderr, "");
  const [head = "", ...rest] = stdout.split("\r\n\r\n");
  return { head, body: rest.join("\r\n\r\n") };
}

test("tsgi-cgi serves a fetch handler without loading Node's fetch", async (t) => {
  const app = `${TELLS}
    module.exports = { fetch: (request) => {
      const { url, method, headers } = request;
      const names = [Headers, Request, Response].map(({ name }) => name);
      return Response.json([url, method, headers.get("host"), undici(), ...names], { status: 201 });
    } };`;
  const { head, body } = await ask(t, { "app.cjs": app });
  assert.match(head, /^Status: 201 Created$/m);
  assert.match(head, /^content-type: application\/json$/m);
  const names = ["Headers", "Request", "Response"];
  const told = ["http://localhost/tea", "GET", "localhost", false, ...names];
  assert.deepEqual(JSON.parse(body), told);
});

const HONO = `${TELLS}
  import { Hono } from "hono";
  import { setCookie } from "hono/cookie";
  import { stream } from "hono/streaming";
  const app = new Hono();
  app.use(async (c, next) => { await next(); c.header("x-undici", String(undici())); });
  app.get("/tea", (c) => {
    setCookie(c, "a", "1");
    setCookie(c, "b", "2");
    return c.json({ path: c.req.path }, 418);
  });
  app.post("/tea", async (c) => c.text((await c.req.text()).toUpperCase()));
  app.put("/tea", (c) => stream(c.header("content-type", "a/b") ?? c, async (out) => { await out.write("by "); await out.write("pieces"); }));
  app.patch("/tea", async (c) => c.json(await c.req.parseBody()));
  export default app;`;

test("tsgi-cgi serves Hono without loading Node's fetch", async (t) => {
  const { head, body } = await ask(t, { "app.mjs": HONO });
  assert.match(head, /^Status: 418 /m);
  assert.match(head, /^x-undici: false$/m);
  // Although Hono has made a Response of the stream of another.
  assert.match(head, /^Content-Length: 15$/m);
  assert.deepEqual(head.match(/^set-cookie: .*$/gm), [
    "set-cookie: a=1; Path=/",
    "set-cookie: b=2; Path=/",
  ]);
  assert.deepEqual(JSON.parse(body), { path: "/tea" });
  const posted = await ask(t, { "app.mjs": HONO }, { body: "caf\xe9" });
  assert.match(posted.head, /^x-undici: false$/m);
  assert.equal(posted.body, "CAF\xc9");
});

test("tsgi-cgi streams what Hono streams", async (t) => {
  const env = { REQUEST_METHOD: "PUT" };
  const { body } = await ask(t, { "app.mjs": HONO }, { env });
  assert.equal(body, "by pieces");
});

test("tsgi-cgi parses forms of Hono, by Node's own classes", async (t) => {
  const env = {
    REQUEST_METHOD: "PATCH",
    CONTENT_TYPE: "multipart/form-data; boundary=b",
  };
  const body =
    '--b\r\nContent-Disposition: form-data; name="n"\r\n\r\nv\r\n--b--\r\n';
  const answer = await ask(t, { "app.mjs": HONO }, { env, body });
  assert.deepEqual(JSON.parse(answer.body), { n: "v" });
});

test("tsgi-cgi serves H3, handlers of one line, and Hono's own server", async (t) => {
  const h3 = `const { createApp, eventHandler, toWebHandler, getQuery } = require("h3");
    module.exports = { fetch: toWebHandler(createApp().use(eventHandler((event) => ({ method: event.method, path: event.path })))) };`;
  const answer = await ask(t, { "h3.cjs": h3 });
  assert.deepEqual(JSON.parse(answer.body), { method: "GET", path: "/tea" });
  const line = `export const fetch = (request) => new Response(null, { status: 204, headers: [["x", request.method]] });`;
  const { head } = await ask(t, { "line.mjs": line }, { export: ":fetch" });
  assert.match(head, /^x: GET$/m);
  const server = `import { serve } from "@hono/node-server"; import { Hono } from "hono";
    const app = new Hono(); app.get("/tea", (c) => c.text("cup")); app.post("/tea", async (c) => c.json(await c.req.json()));
    serve({ fetch: app.fetch, port: 3000 });`;
  assert.equal((await ask(t, { "server.mjs": server })).body, "cup");
  const body = '{"a":1}';
  assert.equal((await ask(t, { "server.mjs": server }, { body })).body, body);
});

test("an application in tsgi-cgi sends its light Request by fetch()", async (t) => {
  const server = createServer((request, response) => {
    response.setHeader("x-method", request.method ?? "");
    request.pipe(response);
  }).listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const app = `const { fetch: early } = globalThis;
    module.exports = { async fetch(request) {
      const url = "http://127.0.0.1:${port}/";
      const answer = await early(new Request(url, { method: "PUT", body: request.body, duplex: "half" }));
      const is = [answer instanceof Response, answer.headers instanceof Headers, answer.headers.get("x-method")];
      return new Response(JSON.stringify([...is, await answer.text()]), new Response(null, answer));
    } };`;
  const { head, body } = await ask(t, { "app.cjs": app }, { body: "tea" });
  assert.match(head, /^x-method: PUT$/m);
  assert.deepEqual(JSON.parse(body), [true, true, "PUT", "tea"]);
});

test("an application in tsgi-cgi may put classes of its own in their place", async (t) => {
  const app = `const Light = Response;
    globalThis.Response = class extends Light { get own() { return true; } };
    module.exports = { fetch: () => new Response("own: " + new Response().own) };`;
  assert.equal((await ask(t, { "app.cjs": app })).body, "own: true");
});

const WHOSE = `${TELLS} module.exports = { fetch: () => new Response(String(undici())) };`;

test("tsgi-cgi leaves the classes to Node with --native-fetch", async (t) => {
  const files = { "app.cjs": WHOSE };
  assert.equal((await ask(t, files)).body, "false");
  const args = ["--native-fetch"];
  assert.equal((await ask(t, files, { args })).body, "true");
  const env = { TSGI_NATIVE_FETCH: "true" };
  assert.equal((await ask(t, files, { env })).body, "true");
});

test("tsgi-cgi leaves the classes to Node where a module is loaded beforehand", async (t) => {
  const env = { NODE_OPTIONS: "--no-warnings --require ./first.cjs" };
  const files = { "app.cjs": WHOSE, "first.cjs": "" };
  assert.equal((await ask(t, files, { env })).body, "true");
});
