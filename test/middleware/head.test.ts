import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Application, Chunk } from "../../src/common/types.ts";
import { head } from "../../src/middleware/head.ts";
import { request, TEXT } from "../support/in-process.ts";
import { between } from "./between.ts";

const HEAD = { method: "HEAD" };

/** Knows GET and nothing else. */
const getOnly: Application = (environ, startResponse) => {
  const isGet = environ.REQUEST_METHOD === "GET";
  const status = isGet ? "200 OK" : "405 Method Not Allowed";
  startResponse(status, [...TEXT, ["Content-Length", "5"]]);
  return "hello";
};

describe("head", () => {
  test("G5.04 answers HEAD by the headers of GET", async () => {
    const answer = await request(between(head(), getOnly), HEAD);
    assert.equal(answer.status, "200 OK");
    assert.equal(answer.header("Content-Length"), "5");
    assert.equal(answer.text, "");
    assert.equal(answer.errors, "");
  });

  test("G5.04 leaves other methods alone", async () => {
    const wrapped = between(head(), getOnly);
    assert.equal((await request(wrapped)).text, "hello");
    const { status } = await request(wrapped, { method: "POST" });
    assert.equal(status, "405 Method Not Allowed");
  });

  test("iterates no body that has started", async () => {
    let steps = 0;
    const wrapped = head()((_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return (function* (): Generator<Chunk> {
        steps++;
        yield "A";
      })();
    });
    const answer = await request(wrapped, HEAD);
    assert.equal(answer.status, "200 OK");
    assert.equal(steps, 0);
  });

  test("A12.03 iterates a generator until it has started", async () => {
    let steps = 0;
    const wrapped = head()(function* (_environ, startResponse) {
      steps++;
      yield "";
      steps++;
      startResponse("201 Created", TEXT);
      yield "A";
      steps++;
      yield "B";
    });
    const answer = await request(wrapped, HEAD);
    assert.equal(answer.status, "201 Created");
    assert.equal(steps, 2);
  });

  test("frees a stream that is not read", async () => {
    let cancelled = 0;
    const wrapped = head()((_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return new ReadableStream<Uint8Array>({ cancel: () => void cancelled++ });
    });
    await request(wrapped, HEAD);
    assert.equal(cancelled, 1);
  });

  test("A1.09 lets a result that is no body be refused", async () => {
    const wrapped = head()(((_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return 5 as unknown as string;
    }) as Application);
    const answer = await request(wrapped, HEAD);
    assert.equal(answer.status, "500 Internal Server Error");
    assert.match(answer.errors, /Cannot send a number as a body/);
  });
});
