// What src/adapters/node-internals.ts knows of the inside of node:http. Where one of these fails, a
// line of Node does otherwise, and that file is to be looked at first.
import assert from "node:assert/strict";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { test } from "node:test";
import {
  catchHead,
  drain,
  setHeaders,
} from "../../src/adapters/node-internals.ts";

test("node:http makes headers and headersDistinct of _addHeaderLines", () => {
  const req = new IncomingMessage(new Socket());
  setHeaders(req, ["Host", "a", "X-B", "1", "X-B", "2"]);
  assert.deepEqual({ ...req.headers }, { host: "a", "x-b": "1, 2" });
  assert.deepEqual(req.headersDistinct["x-b"], ["1", "2"]);
});

test("node:http asks the socket for a body by resume, and nothing else", () => {
  const socket = new Socket();
  let resumed = 0;
  socket.resume = () => {
    resumed++;
    return socket;
  };
  Object.defineProperty(socket, "readable", { value: true });
  const req = new IncomingMessage(socket);
  req.read(0);
  assert.equal(resumed, 1);
});

test("node:http serialises its head in _storeHeader, whatever the prototype", () => {
  const res = new ServerResponse(new IncomingMessage(new Socket()));
  const heads: unknown[] = [];
  res.sendDate = false;
  catchHead(res, (status, headers) => heads.push(status, headers));
  Object.setPrototypeOf(res, Object.create(ServerResponse.prototype));
  res.setHeader("X-A", ["1", "2"]);
  res.writeHead(201);
  assert.deepEqual(heads, [
    "201 Created",
    [
      ["X-A", "1"],
      ["X-A", "2"],
    ],
  ]);
  assert.equal(res.headersSent, true);
  assert.equal(res.chunkedEncoding, false);
});

test("node:http takes another head where one was refused", () => {
  const res = new ServerResponse(new IncomingMessage(new Socket()));
  catchHead(res, (status) => {
    if (status.startsWith("101")) throw new Error("refused");
  });
  assert.throws(() => res.writeHead(101), /refused/);
  assert.equal(res.headersSent, false);
  res.writeHead(200);
  assert.equal(res.headersSent, true);
});

test("node:http keeps in a symbol whether it waits for drain", () => {
  const res = new ServerResponse(new IncomingMessage(new Socket()));
  catchHead(res, () => {});
  assert.equal(res.write("x".repeat(1_000_000)), false);
  assert.equal(res.writableNeedDrain, true);
  let drained = 0;
  res.on("drain", () => drained++);
  drain(res);
  drain(res);
  assert.deepEqual([res.writableNeedDrain, drained], [false, 1]);
});
