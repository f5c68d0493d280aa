import assert from "node:assert/strict";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { test } from "node:test";
import express from "express";
import { fromNode } from "../../src/adapters/index.ts";
import { classesFor } from "../../src/adapters/node-messages.ts";
import { request } from "../support/in-process.ts";

test("classesFor makes messages whose prototypes Express finds in place", () => {
  const app = express();
  const { Request, Response } = classesFor(app);
  const req = new Request(new Socket());
  const res = new Response(req);
  assert.equal(Object.getPrototypeOf(req), app.request);
  assert.equal(Object.getPrototypeOf(res), app.response);
  assert.equal(req.constructor, IncomingMessage);
  assert.equal(res.constructor, ServerResponse);
  assert.deepEqual(
    Reflect.ownKeys(req),
    Reflect.ownKeys(new IncomingMessage(new Socket())),
  );
  assert.deepEqual(
    Reflect.ownKeys(res).map(String),
    Reflect.ownKeys(new ServerResponse(req)).map(String),
  );
});

test("classesFor gives any other listener Node's own classes", () => {
  const others = [
    () => {},
    Object.assign(() => {}, { request: {}, response: {} }),
    Object.assign(() => {}, { request: IncomingMessage.prototype }),
  ];
  for (const other of others) {
    assert.deepEqual(classesFor(other), {
      Request: IncomingMessage,
      Response: ServerResponse,
    });
  }
});

test("fromNode serves an Express application inside another, each with its own prototypes", async () => {
  const inner = express();
  const outer = express();
  const seen: unknown[] = [];
  inner.get("/", (req, _res, next) => {
    seen.push(Object.getPrototypeOf(req) === inner.request);
    next();
  });
  outer.use("/inner", inner);
  outer.use((req, res) => {
    seen.push(Object.getPrototypeOf(req) === outer.request);
    res.send("hello");
  });
  const { body } = await request(fromNode(outer), {
    variables: { PATH_INFO: "/inner" },
  });
  assert.deepEqual(seen, [true, true]);
  assert.equal(Buffer.from(body).toString(), "hello");
});
