// tsgi.input within a request: bodies that nobody reads, that are left early, or that never come.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { TsgiError } from "../../src/common/errors.ts";
import type { Application, Input } from "../../src/common/types.ts";
import {
  BodyFeed,
  begin,
  hello,
  MemoryOutput,
  request,
  TEXT,
} from "../support/in-process.ts";

const POST = { REQUEST_METHOD: "POST" };

test("E1.03 E1.33 a form reaches the application", async () => {
  const answer = await request(
    async (environ, startResponse) => {
      startResponse("200 OK", TEXT);
      const size = Number(environ.CONTENT_LENGTH);
      const body = await environ["tsgi.input"].read(size);
      return [`${size} ${environ.CONTENT_TYPE} `, body];
    },
    {
      variables: { ...POST, CONTENT_TYPE: "application/x-www-form-urlencoded" },
      body: "name=tatsuhiko",
    },
  );
  assert.equal(
    answer.text,
    "14 application/x-www-form-urlencoded name=tatsuhiko",
  );
});

test("E1.04 a large body, read in a loop, is complete", async () => {
  const body = Buffer.alloc(96_000, "0123456789abcde\n");
  const pieces = [body.subarray(0, 65_535), body.subarray(65_535)];
  const application: Application = async (environ, startResponse) => {
    startResponse("200 OK", TEXT);
    const hash = createHash("md5");
    for (;;) {
      const bytes = await environ["tsgi.input"].read(4096);
      if (bytes.length === 0) break;
      hash.update(bytes);
    }
    return hash.digest("hex");
  };
  const answer = await request(application, { variables: POST, body: pieces });
  assert.equal(answer.text, createHash("md5").update(body).digest("hex"));
});

test("A4.12 a body nobody reads is not even asked for", async () => {
  const body = new BodyFeed();
  const variables = { ...POST, CONTENT_LENGTH: "10000000" };
  const answer = await request(hello, { variables, body });
  assert.equal(answer.text, "hello");
  assert.equal(answer.outcome, "completed");
  assert.equal(body.asked, 0);
});

test("A4.13 leaving the iteration early hangs nothing, and the rest is still there", async () => {
  const answer = await request(
    async (environ, startResponse) => {
      startResponse("200 OK", TEXT);
      const input = environ["tsgi.input"];
      for await (const chunk of input) {
        assert.equal(Buffer.from(chunk).toString(), "ab");
        break;
      }
      return input.read();
    },
    { variables: POST, body: ["ab", "cd", "ef"] },
  );
  assert.equal(answer.text, "cdef");
});

test("A4.06 D2.02 a body that is cut short is the client's failure, not a shorter body", async () => {
  const answer = await request(
    async (environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return environ["tsgi.input"].read();
    },
    { variables: { ...POST, CONTENT_LENGTH: "10" }, body: "four" },
  );
  assert.equal(answer.status, "400 Bad Request");
  assert.match(answer.errors, /INCOMPLETE_BODY: .* after 4 of 10 bytes\n$/);
});

test("A4.06 A15.01 E4.04 an abort makes the read that waits reject with its reason, before close()", async () => {
  const reason = new TsgiError("ABORTED", "Cannot go on: a test says so");
  const trace: unknown[] = [];
  const body = new BodyFeed();
  const output = new MemoryOutput();
  const answer = begin(
    (environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return {
        async *[Symbol.asyncIterator]() {
          yield "first";
          await environ["tsgi.input"].read().catch((error) => {
            trace.push(error, environ["tsgi.signal"].aborted);
          });
          yield "second";
        },
        close: () => trace.push("close"),
      };
    },
    { variables: { ...POST, CONTENT_LENGTH: "10" }, body, output },
  );
  await output.sent(1);
  body.push("some");
  answer.abort(reason);
  await answer.ended;
  assert.deepEqual(trace, [reason, true, "close"]);
  assert.deepEqual(answer.chunks, ["first"]);
  assert.equal(answer.cut, true);
});

test("A4.06 a read after the abort rejects, whatever had arrived", async () => {
  const body = new BodyFeed();
  body.push("abcd");
  let input: Input | undefined;
  const answer = begin(
    async (environ, startResponse) => {
      startResponse("200 OK", TEXT);
      input = environ["tsgi.input"];
      await input.read(1);
      await new Promise((resolve) => {
        environ["tsgi.signal"].addEventListener("abort", resolve);
        answer.abort();
      });
      return input.read(1);
    },
    { variables: { ...POST, CONTENT_LENGTH: "4" }, body },
  );
  await answer.ended;
  assert.ok(input !== undefined);
  await assert.rejects(input.read(1), { code: "ABORTED" });
  assert.equal(answer.errors, "");
});

test("A1.12 a read that outlives its request rejects: it must not see an end", async () => {
  for (const CONTENT_LENGTH of ["9", undefined]) {
    const body = new BodyFeed();
    body.push("abc");
    let late: Promise<unknown> | undefined;
    let input: Input | undefined;
    const answer = await request(
      (environ, startResponse) => {
        input = environ["tsgi.input"];
        late = input.read();
        return hello(environ, startResponse);
      },
      { variables: { ...POST, CONTENT_LENGTH }, body },
    );
    assert.equal(answer.text, "hello");
    body.end();
    assert.ok(late !== undefined && input !== undefined);
    await assert.rejects(late, { code: "ENDED" });
    await assert.rejects(input.read(), { code: "ENDED" });
  }
});

test("a body that was read to its end has ended after the request, too", async () => {
  for (const CONTENT_LENGTH of ["3", undefined]) {
    let input: Input | undefined;
    await request(
      async (environ, startResponse) => {
        input = environ["tsgi.input"];
        await input.read();
        return hello(environ, startResponse);
      },
      { variables: { ...POST, CONTENT_LENGTH }, body: "abc" },
    );
    assert.equal((await input?.read())?.length, 0);
  }
});

test("A2.11 an application that deletes CONTENT_LENGTH reads the same body", async () => {
  const answer = await request(
    async (environ, startResponse) => {
      delete environ.CONTENT_LENGTH;
      startResponse("200 OK", TEXT);
      return environ["tsgi.input"].read();
    },
    { variables: { ...POST, CONTENT_LENGTH: "3" }, body: "abcdef" },
  );
  assert.equal(answer.text, "abc");
});
