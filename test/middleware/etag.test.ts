import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type {
  Application,
  Chunk,
  Header,
  ResponseBody,
} from "../../src/common/types.ts";
import { conditionalGet } from "../../src/middleware/conditional-get.ts";
import { etag } from "../../src/middleware/etag.ts";
import { BodyFeed, begin, request, TEXT } from "../support/in-process.ts";
import { between } from "./between.ts";

function page(
  body: ResponseBody,
  headers: readonly Header[] = TEXT,
): Application {
  return (_environ, startResponse) => {
    startResponse("200 OK", headers);
    return body;
  };
}

async function tagOf(
  application: Application,
  method = "GET",
): Promise<string | undefined> {
  const answer = await request(between(etag(), application), { method });
  // The validator has a word to say on a body for HEAD, which is the point of one test here.
  if (method !== "HEAD") assert.equal(answer.errors, "");
  return answer.header("ETag");
}

describe("G5.07 etag", () => {
  test("hashes the bytes, however they are cut", async () => {
    const expected = await tagOf(page("hällo"));
    assert.match(expected ?? "", /^"[\w-]{20}"$/);
    const bodies: Chunk[][] = [["hä", "llo"], [Buffer.from("hällo")]];
    for (const body of bodies) assert.equal(await tagOf(page(body)), expected);
    assert.equal(await tagOf(page(Buffer.from("hällo"))), expected);
    assert.notEqual(await tagOf(page("hallo")), expected);
  });

  test("is the same for HEAD, and absent where HEAD has no body", async () => {
    assert.equal(await tagOf(page("a"), "HEAD"), await tagOf(page("a")));
    assert.equal(await tagOf(page(""), "HEAD"), undefined);
  });

  test("leaves out other methods, other statuses, tags and no-store", async () => {
    assert.equal(await tagOf(page("a"), "POST"), undefined);
    assert.equal(await tagOf(page("a", [...TEXT, ["etag", '"own"']])), '"own"');
    const headers: Header[] = [...TEXT, ["Cache-Control", "a, no-store"]];
    assert.equal(await tagOf(page("a", headers)), undefined);
    const missing = await tagOf((_environ, startResponse) => {
      startResponse("404 Not Found", TEXT);
      return "a";
    });
    assert.equal(missing, undefined);
  });

  test("passes a stream as it comes", async () => {
    const feed = new BodyFeed();
    const answer = begin(
      etag()(async function* (environ, startResponse) {
        startResponse("200 OK", TEXT);
        yield "A";
        yield* environ["tsgi.input"];
      }),
      { body: feed },
    );
    await answer.output.sent(1);
    assert.deepEqual(answer.chunks, ["A"]);
    assert.equal(answer.header("ETag"), undefined);
    feed.end();
    await answer.ended;
  });

  test("passes what is written at once, without a tag", async () => {
    const gate = new BodyFeed();
    const answer = begin(
      etag()(async (environ, startResponse) => {
        const write = startResponse("200 OK", TEXT);
        await write("A");
        await environ["tsgi.input"].read();
        return "B";
      }),
      { body: gate },
    );
    await answer.output.sent(1);
    gate.end();
    await answer.ended;
    assert.equal(answer.text, "AB");
    assert.equal(answer.header("ETag"), undefined);
  });

  test("lets the application see what startResponse refuses", async () => {
    const codes: unknown[] = [];
    const tried = (action: () => unknown) => {
      try {
        action();
      } catch (error) {
        codes.push((error as { code?: unknown }).code);
      }
    };
    await request(
      etag()((_environ, startResponse) => {
        tried(() => startResponse("200 OK", [["a b", ""]]));
        tried(() => startResponse("200 OK", {} as Header[]));
        tried(() => startResponse("999 No", []));
        tried(() => startResponse("200 OK", TEXT));
        return "";
      }),
    );
    assert.deepEqual(codes, [
      "HEADER",
      "START_RESPONSE",
      "START_RESPONSE",
      "START_RESPONSE",
    ]);
  });

  test("passes on what replaces a start by an error", async () => {
    const answer = await request(
      etag()((_environ, startResponse) => {
        startResponse("200 OK", TEXT);
        startResponse("500 Internal Server Error", TEXT, new Error("oops"));
        return "sorry";
      }),
    );
    assert.equal(answer.status, "500 Internal Server Error");
    assert.equal(answer.header("ETag"), undefined);
  });

  test("A10.09 closes the body where the server refuses the head", async () => {
    let closed = 0;
    const body = Object.assign(["a"], { close: () => closed++ });
    const headers: Header[] = [...TEXT, ["X-Long", "x".repeat(900)]];
    const answer = await request(etag()(page(body, headers)), {
      options: { maxHeaderBytes: 500 },
    });
    assert.equal(answer.status, "500 Internal Server Error");
    assert.equal(closed, 1);
  });

  test("within conditionalGet makes a 304 of an unchanged page", async () => {
    const application = conditionalGet()(etag()(page("a")));
    const first = await request(application);
    const second = await request(application, {
      headers: [["If-None-Match", first.header("ETag") ?? ""]],
    });
    assert.equal(second.status, "304 Not Modified");
    assert.equal(second.header("ETag"), first.header("ETag"));
  });
});
