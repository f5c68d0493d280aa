// Programs that open a port by themselves: it is not opened, and they run unchanged.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import type { Files } from "./command.ts";
import { ask, overCgi, overFastcgi, project, respond } from "./programs.ts";

/** What it is, its file, and the port it asks for. */
const PROGRAMS: readonly (readonly [what: string, files: Files])[] = [
  [
    "node:http of CommonJS",
    {
      "app.cjs":
        'require("http").createServer((req, res) => res.setHeader("Content-Type", "text/plain").end("cup")).listen(3000);',
    },
  ],
  [
    "node:http of an ES module",
    {
      "app.mjs":
        'import { createServer } from "node:http"; const server = createServer(); server.listen({ port: "3000" }, () => server.on("request", (req, res) => res.setHeader("Content-Type", "text/plain").end("cup")));',
    },
  ],
  [
    "a server of its own class",
    {
      "app.mjs":
        'import { Server } from "node:http"; class Mine extends Server { listen(port) { return super.listen(port, "127.0.0.1"); } } new Mine((req, res) => res.setHeader("Content-Type", "text/plain").end("cup")).listen(3000);',
    },
  ],
  [
    "node:https",
    {
      "app.cjs":
        'process.getBuiltinModule("https").createServer({}, (req, res) => res.setHeader("Content-Type", "text/plain").end("cup")).listen(3000);',
    },
  ],
  [
    "listen() after an await",
    {
      "app.cjs":
        'setTimeout(() => require("http").createServer((req, res) => res.setHeader("Content-Type", "text/plain").end("cup")).listen(3000), 50);',
    },
  ],
  [
    "listen() at the top level of a module that awaits it",
    {
      "app.mjs":
        'import { once } from "node:events"; import { createServer } from "node:http"; const server = createServer((req, res) => res.setHeader("Content-Type", "text/plain").end("cup")); server.listen(3000); await once(server, "listening");',
    },
  ],
  [
    "Express",
    {
      "app.mjs":
        'import express from "express"; const app = express(); app.get("/tea", (req, res) => res.send("cup")); app.listen(3000);',
    },
  ],
  [
    "Koa",
    {
      "app.cjs":
        'const Koa = require("koa"); const app = new Koa(); app.use((ctx) => { ctx.body = "cup"; }); app.listen(3000);',
    },
  ],
  [
    "Fastify",
    {
      "app.mjs":
        'import Fastify from "fastify"; const app = Fastify(); app.get("/tea", async () => "cup"); await app.listen({ port: 3000 });',
    },
  ],
  [
    "Hono with its server for Node",
    {
      "app.mjs":
        'import { serve } from "@hono/node-server"; import { Hono } from "hono"; const app = new Hono(); app.get("/tea", (c) => c.text("cup")); serve({ fetch: app.fetch, port: 3000 });',
    },
  ],
  [
    "Nest",
    {
      "app.cjs": `require("reflect-metadata");
const { Controller, Get, Module } = require("@nestjs/common");
const { NestFactory } = require("@nestjs/core");
class Tea { find() { return "cup"; } }
Get()(Tea.prototype, "find", Object.getOwnPropertyDescriptor(Tea.prototype, "find"));
Controller("tea")(Tea);
class Root {}
Module({ controllers: [Tea] })(Root);
async function bootstrap() {
  const app = await NestFactory.create(Root, { logger: false });
  await app.listen(3000);
}
bootstrap();`,
    },
  ],
  [
    "a factory nobody has to call",
    {
      "app.cjs":
        'const http = require("http"); module.exports = function start(...ports) { return http.createServer((req, res) => res.setHeader("Content-Type", "text/plain").end("cup")).listen(...ports); }; module.exports(3000);',
    },
  ],
];

for (const [what, files] of PROGRAMS) {
  const [file = ""] = Object.keys(files);
  test(`tsgi-fcgi serves a program that listens: ${what}`, async (t) => {
    const root = project(t, files);
    const { status, body, notes } = await overFastcgi(t, root, [file]);
    assert.deepEqual([status, body], [200, "cup"]);
    assert.deepEqual(
      notes.map((note) => note.replaceAll(root, "<root>")),
      [
        `<root>/${file} asked for port 3000, which is not opened: requests come from the web server`,
        `<root>/${file}: a program that listens for HTTP`,
      ],
    );
  });
  test(`tsgi-cgi serves a program that listens: ${what}`, async (t) => {
    const served = await overCgi(t, project(t, files), [file]);
    assert.deepEqual(served, { status: 200, body: "cup", notes: [] });
  });
}

test("ListenTrap leaves a server that works like one that listens", async (t) => {
  const root = project(t, {
    "app.cjs": `const { createServer } = require("http");
const said = [];
const server = createServer((req, res) => res.end(said.join()));
const returned = server.listen(0x10, "localhost", () => said.push("callback"));
said.push(returned === server, server.listening, JSON.stringify(server.address()));
try { server.listen(17); } catch ({ code }) { said.push(code); }
server.on("listening", () => {
  said.push("listening");
  server.getConnections((error, count) => said.push(count));
  said.push(server.ref() === server.unref());
  server.setTimeout(5).close(() => {
    said.push("closed", server.listening, server.address());
    server.close(({ code }) => said.push(code));
  });
});
const pipe = createServer().listen("/run/app.sock");
said.push(pipe.address());
try { createServer().listen(70_000); } catch ({ code }) { said.push(code); }
`,
  });
  const { body } = await overFastcgi(t, root, ["app.cjs"]);
  assert.equal(
    body,
    'true,true,{"address":"127.0.0.1","family":"IPv4","port":16},ERR_SERVER_ALREADY_LISTEN,/run/app.sock,ERR_SOCKET_BAD_PORT,callback,listening,true,0,closed,false,,ERR_SERVER_NOT_RUNNING',
  );
});

test("ListenTrap closes a server by the signal that listen() was given", async (t) => {
  const root = project(t, {
    "app.mjs": `import { createServer } from "node:http";
import { once } from "node:events";
const controller = new AbortController();
const server = createServer((req, res) => {
  res.setHeader("Content-Type", "text/plain").end(String(server.listening));
}).listen({ port: 3000, signal: controller.signal });
controller.abort();
await once(server, "close");`,
  });
  const { body } = await overFastcgi(t, root, ["app.mjs"]);
  assert.equal(body, "false");
});

test("ListenTrap opens no port, and leaves servers alone that do not speak HTTP", async (t) => {
  const root = project(t, {
    "app.cjs": `const net = require("net");
const other = net.createServer((socket) => socket.end("net")).listen(0, "127.0.0.1");
const http = require("http").createServer((req, res) => res.end(String(other.address().port)));
http.listen(other.address()?.port ?? 3000);`,
  });
  const { command } = await respond(t, root, ["app.cjs"]);
  const { body } = await ask(join(root, "s"));
  const socket = connect(Number(body), "127.0.0.1");
  const [said] = await socket.toArray();
  assert.equal(`${said}`, "net");
  command.child.kill("SIGKILL");
});

test("tsgi-fcgi warns of a second server, and serves the first", async (t) => {
  const root = project(t, {
    "app.cjs": `const { createServer } = require("http");
createServer((req, res) => res.end("first")).listen(3000);
createServer((req, res) => res.end("again")).listen(3000, "::1");
createServer((req, res) => res.end("second")).listen(9090);`,
  });
  const { body, notes } = await overFastcgi(t, root, ["app.cjs"]);
  assert.equal(body, "first");
  assert.deepEqual(
    notes.filter((note) => note.includes("9090")),
    [
      `${root}/app.cjs asked for port 9090, too: nothing reaches it, since all requests go to the server for port 3000`,
    ],
  );
});

const METRICS = `const http = require("http");
const metrics = http.createServer((req, res) => res.end("metrics")).listen(0, "127.0.0.1");
exports.application = (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return JSON.stringify(metrics.address());
};`;

test("tsgi-fcgi prefers an application of TSGI, and says that its server is not reached", async (t) => {
  const root = project(t, { "app.cjs": METRICS });
  const { body, notes } = await overFastcgi(t, root, ["app.cjs:application"]);
  assert.equal(JSON.parse(body).port, 0);
  assert.match(notes.at(-1) ?? "", /--interface tsgi lets it listen$/);
});

test("tsgi-fcgi --interface tsgi lets a server listen", async (t) => {
  const root = project(t, { "app.cjs": METRICS });
  const args = ["--interface=tsgi", "app.cjs:application"];
  const { body } = await overFastcgi(t, root, args);
  assert.notEqual(JSON.parse(body).port, 0);
});

test("tsgi-fcgi --interface listen prefers the server to what is exported", async (t) => {
  const root = project(t, {
    "app.cjs": `require("http").createServer((req, res) => res.end("server")).listen(1);
exports.default = (environ, startResponse) => {};`,
  });
  const { body } = await overFastcgi(t, root, [
    "--interface=listen",
    "app.cjs",
  ]);
  assert.equal(body, "server");
});
