// Programs for node:http that answer before they have read, and what happens around the end.
import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { test } from "node:test";
import { fromNode } from "../../src/adapters/index.ts";
import { request } from "../support/in-process.ts";

/** How a request ends for somebody who reads it with listeners. */
function endOf(req: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    req.on("error", (error: NodeJS.ErrnoException) => resolve(`${error.code}`));
    req.on("end", () => resolve("end"));
    req.resume();
  });
}

for (const order of ["before", "after"] as const) {
  for (const [method, expected] of [
    ["GET", "end"],
    ["POST", "ECONNRESET"],
  ] as const) {
    test(`fromNode ends a ${method} read ${order} an early answer with ${expected}`, async () => {
      let ended: Promise<string> | undefined;
      const answer = await request(
        fromNode((req, res) => {
          if (order === "before") ended = endOf(req);
          res.setHeader("Content-Type", "text/plain").end("early");
          ended ??= endOf(req);
        }),
        method === "GET" ? {} : { method, body: "abc" },
      );
      assert.equal(answer.text, "early");
      assert.equal(await ended, expected);
      assert.equal(answer.errors, "");
    });
  }
}

test("fromNode logs what a listener of finish throws, and the process goes on", async () => {
  let closed: Promise<unknown> = Promise.resolve();
  const answer = await request(
    fromNode((_req, res) => {
      closed = new Promise((done) => res.on("close", done));
      res.on("finish", () => {
        throw new Error("told");
      });
      res.setHeader("Content-Type", "text/plain").end("x");
    }),
  );
  await closed;
  assert.equal(answer.text, "x");
  assert.match(answer.errors, /after the response: .*told/);
});

test("fromNode waits under CGI for the listeners of finish and close", async () => {
  const events: string[] = [];
  await request(
    fromNode((_req, res) => {
      for (const name of ["finish", "close"]) {
        res.on(name, () => events.push(name));
      }
      res.end();
    }),
    { options: { runOnce: true } },
  );
  assert.deepEqual(events, ["finish", "close"]);
});
