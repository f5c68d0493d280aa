// Unchanged programs of other interfaces, by both commands.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Files } from "./command.ts";
import { overCgi, overFastcgi, project } from "./programs.ts";

const EXPRESS = `import express from "express";
const app = express();
app.get("/tea", (req, res) => res.send("cup"));
`;
const KOA = `const Koa = require("koa");
const app = new Koa();
app.use((ctx) => { ctx.body = "cup"; });
`;
const FASTIFY = `import Fastify from "fastify";
const app = Fastify();
app.get("/tea", async () => "cup");
`;
const HONO = `import { Hono } from "hono";
const app = new Hono();
app.get("/tea", (c) => c.text("cup"));
`;
const NEST = `require("reflect-metadata");
const { Controller, Get, Module } = require("@nestjs/common");
const { NestFactory } = require("@nestjs/core");
class Tea { find() { return "cup"; } }
Get()(Tea.prototype, "find", Object.getOwnPropertyDescriptor(Tea.prototype, "find"));
Controller("tea")(Tea);
class Root {}
Module({ controllers: [Tea] })(Root);
const made = NestFactory.create(Root, { logger: false });
`;

const TSGI =
  '(environ, startResponse) => { startResponse("200 OK", [["Content-Type", "text/plain"]]); return "cup"; }';

/** What it is, how it is named on the command line, its files, and what is said of it. */
const PROGRAMS: readonly (readonly [
  what: string,
  args: readonly string[],
  files: Files,
  said: RegExp,
])[] = [
  [
    "an application of Express",
    ["app.mjs"],
    { "app.mjs": `${EXPRESS}export default app;` },
    /app\.mjs: an application of Express \(a function with handle and use and set\)$/,
  ],
  [
    "an application of Express by its name",
    ["app.mjs:app"],
    { "app.mjs": `${EXPRESS}export { app };` },
    /an application of Express/,
  ],
  [
    "an application of Connect",
    ["app.cjs"],
    {
      "app.cjs":
        'const app = require("connect")(); app.use("/tea", (req, res) => res.setHeader("Content-Type", "text/plain").end("cup")); module.exports = app;',
    },
    /an application of Connect/,
  ],
  [
    "an application of Koa",
    ["app.cjs"],
    { "app.cjs": `${KOA}module.exports = app;` },
    /an application of Koa/,
  ],
  [
    "an application of Fastify",
    ["app.mjs"],
    { "app.mjs": `${FASTIFY}export default app;` },
    /an application of Fastify/,
  ],
  [
    "a promise of an application of Fastify",
    ["app.cjs"],
    {
      "app.cjs":
        'const app = require("fastify")(); app.get("/tea", async () => "cup"); module.exports = (async () => app)();',
    },
    /an application of Fastify/,
  ],
  [
    "an application of Nest",
    ["app.cjs"],
    { "app.cjs": `${NEST}module.exports = made;` },
    /an application of Nest/,
  ],
  [
    "an application of Hono",
    ["app.mjs"],
    { "app.mjs": `${HONO}export default app;` },
    /a fetch handler \(an object with fetch\)/,
  ],
  [
    "an application of H3",
    ["app.mjs"],
    {
      "app.mjs":
        'import { createApp, eventHandler } from "h3"; const app = createApp(); app.use("/tea", eventHandler(() => "cup")); export default app;',
    },
    /an application of H3/,
  ],
  [
    "a server of node:http",
    ["app.cjs"],
    {
      "app.cjs":
        'module.exports = require("http").createServer((req, res) => res.setHeader("Content-Type", "text/plain").end("cup"));',
    },
    /an HTTP server/,
  ],
  [
    "exports.fetch",
    ["app.cjs"],
    { "app.cjs": 'exports.fetch = () => new Response("cup");' },
    /a fetch handler \(an object with fetch\)/,
  ],
  [
    "a function (req, res)",
    ["app.mjs"],
    {
      "app.mjs":
        'export default function handler(req, res) { res.setHeader("Content-Type", "text/plain").end("cup"); }',
    },
    /a listener \(req, res\) of node:http$/,
  ],
  [
    "a function of a single parameter",
    ["app.mjs"],
    { "app.mjs": 'export default ({ url }) => new Response("cup");' },
    /a fetch handler \(a function\)$/,
  ],
  [
    "a function that does not tell, by --interface",
    ["--interface", "node", "app.mjs"],
    {
      "app.mjs":
        'export default (a, b) => { b.setHeader("Content-Type", "text/plain").end("cup"); };',
    },
    /a listener \(req, res\) of node:http$/,
  ],
  [
    "a fetch handler by --interface",
    ["--interface=fetch", "app.mjs"],
    { "app.mjs": 'export default (...all) => new Response("cup");' },
    /a fetch handler \(a function\)$/,
  ],
  [
    "an application of TSGI",
    ["app.mjs"],
    { "app.mjs": `export default ${TSGI};` },
    /an application of TSGI \(a function\)$/,
  ],
  [
    "an application of TSGI with other names by --interface",
    ["--interface=tsgi", "app.mjs"],
    {
      "app.mjs": `const app = ${TSGI}; export default (req, res) => app(req, res);`,
    },
    /an application of TSGI/,
  ],
  [
    "a promise of an application",
    ["app.mjs"],
    { "app.mjs": `export default Promise.resolve(${TSGI});` },
    /an application of TSGI/,
  ],
  [
    "what a factory makes",
    ["--factory", "app.mjs:make"],
    { "app.mjs": `export async function make() { return ${TSGI}; }` },
    /an application of TSGI/,
  ],
  [
    "an application of Express that a factory makes",
    ["--factory", "app.mjs"],
    { "app.mjs": `${EXPRESS}export default () => app;` },
    /an application of Express/,
  ],
];

for (const [what, args, files, said] of PROGRAMS) {
  test(`tsgi-fcgi serves ${what}`, async (t) => {
    const served = await overFastcgi(t, project(t, files), args);
    assert.deepEqual([served.status, served.body], [200, "cup"]);
    assert.equal(served.notes.length, 1);
    assert.match(served.notes[0] ?? "", said);
  });
  test(`tsgi-cgi serves ${what}`, async (t) => {
    const served = await overCgi(t, project(t, files), args);
    assert.deepEqual(served, { status: 200, body: "cup", notes: [] });
  });
}

test("tsgi-fcgi tells of --factory where a function has no parameters", async (t) => {
  const files = { "app.mjs": `export default () => ${TSGI};` };
  const { status, notes } = await overFastcgi(t, project(t, files), [
    "app.mjs",
  ]);
  assert.equal(status, 500);
  assert.match(notes.join("\n"), /if it makes the application, add --factory/);
});
