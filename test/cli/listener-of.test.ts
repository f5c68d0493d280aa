import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import { test } from "node:test";
import express from "express";
import { fromNode } from "../../src/adapters/index.ts";
import { listenerOf } from "../../src/cli/loading/recognise.ts";
import { request } from "../support/in-process.ts";

test("listenerOf lets fromNode find the prototypes of an Express application that listens", async () => {
  const app = express();
  const server = createServer();
  let found: unknown;
  server.on(
    "request",
    Object.assign(
      (req: IncomingMessage, res: express.Response) => {
        found = Object.getPrototypeOf(req);
        app(req as express.Request, res);
      },
      { request: app.request, response: app.response },
    ) as never,
  );
  app.get("/", (_req, res) => {
    res.send("hello");
  });
  const { body } = await request(fromNode(listenerOf(server)));
  assert.equal(Buffer.from(body).toString(), "hello");
  assert.equal(found, app.request);
});
