// Real frameworks, unchanged, as applications.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import compression from "compression";
import connect from "connect";
import express from "express";
import { fastify } from "fastify";
import Koa from "koa";
import onFinished from "on-finished";
import { fromNode } from "../../src/adapters/index.ts";
import type { Application } from "../../src/common/types.ts";
import { request } from "../support/in-process.ts";

interface Made {
  readonly application: Application;
  close?(): Promise<unknown>;
}

/** The same small site in each framework. */
const sites: Readonly<Record<string, () => Made | Promise<Made>>> = {
  Express() {
    const app = express();
    app.get("/", (_req, res) => {
      res.type("text/plain").send("hello");
    });
    app.post("/echo", express.json(), (req, res) => {
      res.status(201).cookie("a", "1").json(req.body);
    });
    app.get("/fail", async () => {
      throw new Error("told");
    });
    app.get("/go", (_req, res) => res.redirect("/there"));
    return { application: fromNode(app) };
  },
  Koa() {
    const app = new Koa();
    app.silent = true;
    app.use(async (context) => {
      switch (context.path) {
        case "/":
          context.body = "hello";
          break;
        case "/echo":
          context.status = 201;
          context.cookies.set("a", "1");
          context.type = "application/json";
          context.body = await text(context.req);
          break;
        case "/go":
          context.redirect("/there");
          break;
        case "/fail":
          throw new Error("told");
      }
    });
    return { application: fromNode(app.callback()) };
  },
  async Fastify() {
    const app = fastify();
    app.get("/", () => "hello");
    app.post("/echo", (req, reply) => {
      reply.code(201).header("set-cookie", "a=1").send(req.body);
    });
    app.get("/go", (_req, reply) => reply.redirect("/there"));
    app.get("/fail", () => {
      throw new Error("told");
    });
    await app.ready();
    return {
      application: fromNode((req, res) => app.routing(req, res)),
      close: () => app.close(),
    };
  },
  Connect() {
    const app = connect();
    app.use("/echo", async (req, res) => {
      const chunks: Buffer[] = [];
      for await (const chunk of req) chunks.push(chunk);
      res.writeHead(201, {
        "Set-Cookie": "a=1",
        "Content-Type": "application/json",
      });
      res.end(Buffer.concat(chunks));
    });
    app.use("/go", (_req, res) => {
      res.writeHead(302, { Location: "/there" }).end();
    });
    app.use("/fail", () => {
      throw new Error("told");
    });
    app.use((req, res, next) => {
      if (req.url !== "/") return next();
      res.setHeader("Content-Type", "text/plain");
      res.end("hello");
    });
    return { application: fromNode(app) };
  },
};

for (const [name, make] of Object.entries(sites)) {
  test(`fromNode runs ${name}`, async (t) => {
    const previous = process.env.NODE_ENV;
    // Express and Connect print to stderr otherwise.
    process.env.NODE_ENV = "test";
    const { application, close } = await make();
    process.env.NODE_ENV = previous;
    t.after(() => close?.());

    const hello = await request(application);
    assert.deepEqual([hello.status, hello.chunks], ["200 OK", ["hello"]]);
    assert.match(hello.header("Content-Type") ?? "", /^text\/plain/);
    assert.equal(hello.header("Content-Length"), "5");

    const head = await request(application, { method: "HEAD" });
    assert.equal(head.text, "");

    const echo = await request(application, {
      method: "POST",
      target: "/echo",
      headers: [["Content-Type", "application/json"]],
      body: '{"name":"é"}',
    });
    assert.deepEqual([echo.status, echo.text], ["201 Created", '{"name":"é"}']);
    assert.match(echo.header("Set-Cookie") ?? "", /^a=1/);

    const go = await request(application, { target: "/go" });
    assert.deepEqual(
      [go.status, go.header("Location")],
      ["302 Found", "/there"],
    );

    const missing = await request(application, { target: "/missing" });
    assert.equal(missing.status, "404 Not Found");

    const failed = await request(application, { target: "/fail" });
    assert.equal(failed.status, "500 Internal Server Error");
  });
}

test("fromNode runs Express below a mount point: routes, files, ranges, compression, redirects", async (t) => {
  const root = mkdtempSync(join(tmpdir(), "tsgi-node-"));
  t.after(() => rmSync(root, { recursive: true }));
  writeFileSync(join(root, "long.txt"), "long ".repeat(1_000));
  const finished: string[] = [];
  const app = express();
  app.use((req, res, next) => {
    onFinished(res, () => finished.push(req.originalUrl));
    next();
  });
  app.get("/where", (req, res) => {
    res.json([req.baseUrl, req.url, req.originalUrl, req.path, req.protocol]);
  });
  const router = express.Router();
  router.get("/:name", (req, res) => {
    res.json([req.baseUrl, req.params.name]);
  });
  app.use("/router", router);
  app.use(compression(), express.static(root));
  const init = { options: { mount: "/app" } };
  const application = fromNode(app);

  const where = await request(application, { ...init, target: "/app/where?x" });
  assert.deepEqual(JSON.parse(where.text), [
    "/app",
    "/where?x",
    "/app/where?x",
    "/where",
    "http",
  ]);
  const routed = await request(application, {
    ...init,
    target: "/app/router/a%2Fb",
  });
  assert.deepEqual(JSON.parse(routed.text), ["/app/router", "a/b"]);

  const file = await request(application, {
    ...init,
    target: "/app/long.txt",
    headers: [["Accept-Encoding", "gzip"]],
  });
  assert.equal(gunzipSync(file.body).toString(), "long ".repeat(1_000));
  const part = await request(application, {
    ...init,
    target: "/app/long.txt",
    headers: [["Range", "bytes=0-3"]],
  });
  assert.deepEqual([part.status, part.text], ["206 Partial Content", "long"]);
  const cached = await request(application, {
    ...init,
    target: "/app/long.txt",
    headers: [["If-None-Match", part.header("ETag") ?? ""]],
  });
  assert.deepEqual([cached.status, cached.text], ["304 Not Modified", ""]);
  assert.equal(finished[0], "/app/where?x");
});
