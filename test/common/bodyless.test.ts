// HEAD, statuses that allow no body, and bodies that turn out to be empty.
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import type {
  Header,
  ResponseBody,
  StartResponse,
  Status,
} from "../../src/common/types.ts";
import {
  inProcessSettings,
  MemoryOutput,
  request,
  TEXT,
} from "../support/in-process.ts";

const bodies: Record<string, () => ResponseBody> = {
  "an empty array": () => [],
  "a string": () => "body",
  bytes: () => Buffer.from("body"),
  "an array of one": () => ["body"],
  "an array": () => ["bo", "dy"],
  "a generator": function* () {
    yield* ["bo", "dy"];
  },
  "an async generator": async function* () {
    yield* ["bo", "dy"];
  },
  "a Readable": () => Readable.from(["body"]),
  "a ReadableStream": () => new Blob(["body"]).stream(),
};

for (const [kind, body] of Object.entries(bodies)) {
  test(`A12.01 E5.12 HEAD sends the headers and nothing of ${kind}`, async () => {
    const trace: string[] = [];
    const answer = await request(
      (_environ, startResponse) => {
        startResponse("200 OK", [...TEXT, ["Content-Length", "12345"]]);
        return body();
      },
      { method: "HEAD", output: new MemoryOutput(trace) },
    );
    assert.equal(
      answer.head,
      "Content-Type: text/plain\r\nContent-Length: 12345\r\nStatus: 200 OK\r\n\r\n",
    );
    assert.equal(answer.body.length, 0);
    assert.deepEqual([answer.outcome, answer.cut], ["completed", false]);
    assert.deepEqual(trace, ["start", "end"]);
    assert.equal(answer.errors, "");
  });

  test(`A12.02 E3.27 HEAD makes up no Content-Length for ${kind}`, async () => {
    const answer = await request(
      (_environ, startResponse) => {
        startResponse("200 OK", TEXT);
        return body();
      },
      { method: "HEAD" },
    );
    assert.equal(
      answer.head,
      "Content-Type: text/plain\r\nStatus: 200 OK\r\n\r\n",
    );
    assert.equal(answer.body.length, 0);
  });
}

test("A12.01 what is written under HEAD is dropped", async () => {
  const answer = await request(
    (_environ, startResponse) => {
      const write = startResponse("200 OK", [["Content-Length", "3"]]);
      write("a");
      write("bcdef");
      return ["g", "h"];
    },
    { method: "HEAD" },
  );
  assert.deepEqual([answer.status, answer.text], ["200 OK", ""]);
  assert.equal(answer.outcome, "completed");
});

const lazy: Record<
  string,
  (start: () => void, step: () => void) => ResponseBody
> = {
  "in the first step": function* (start, step) {
    step();
    start();
    yield "a";
    step();
    yield "b";
    step();
  },
  "in the first step, with an empty chunk": function* (start, step) {
    step();
    start();
    yield "";
    step();
    yield "b";
  },
  "in the second step, asynchronously": async function* (start, step) {
    step();
    yield "";
    step();
    start();
    yield "a";
    step();
    yield "b";
  },
};
for (const [when, body] of Object.entries(lazy)) {
  test(`A12.03 HEAD advances a body until startResponse is called, ${when}`, async () => {
    let steps = 0;
    let closed = 0;
    const answer = await request(
      (_environ, startResponse) => {
        const start = () => startResponse("200 OK", TEXT);
        const chunks = body(start, () => steps++) as Iterable<string>;
        return Object.assign(chunks, { close: () => closed++ });
      },
      { method: "HEAD" },
    );
    assert.equal(answer.status, "200 OK");
    assert.equal(answer.body.length, 0);
    assert.equal(steps, when.includes("second") ? 2 : 1);
    assert.equal(closed, 1);
  });
}

test("A12.03 HEAD is answered with 500 where startResponse is never called", async () => {
  const answer = await request(
    function* () {
      yield "";
    },
    { method: "HEAD" },
  );
  assert.equal(answer.status, "500 Internal Server Error");
  assert.notEqual(answer.header("Content-Length"), "0");
  assert.equal(answer.body.length, 0);
});

const bodyless: readonly {
  status: Status;
  length: string | undefined;
  stated: string | undefined;
}[] = [
  { status: "204 No Content", length: undefined, stated: undefined },
  { status: "204 No Content", length: "12", stated: undefined },
  { status: "304 Not Modified", length: undefined, stated: undefined },
  { status: "304 Not Modified", length: "12", stated: "12" },
  { status: "205 Reset Content", length: undefined, stated: "0" },
  { status: "205 Reset Content", length: "12", stated: "0" },
];
for (const { status, length, stated } of bodyless) {
  const clause = status.startsWith("205") ? "A12.05" : "A12.04";
  const headers: Header[] =
    length === undefined ? [] : [["Content-Length", length]];
  const expected =
    stated === undefined
      ? `Status: ${status}\r\n\r\n`
      : `Content-Length: ${stated}\r\nStatus: ${status}\r\n\r\n`;
  for (const [kind, body] of Object.entries(bodies)) {
    test(`${clause} E5.12 E5.14 ${status} with Content-Length ${length} sends nothing of ${kind}`, async () => {
      const settings = inProcessSettings();
      const application = (_environ: unknown, start: StartResponse) => {
        start(status, headers);
        return body();
      };
      const answer = await request(application, { settings });
      assert.equal(answer.head, expected);
      assert.equal(answer.body.length, 0);
      assert.deepEqual([answer.outcome, answer.cut], ["completed", false]);
      const code = status.slice(0, 3);
      assert.equal(
        answer.errors,
        kind === "an empty array"
          ? ""
          : `tsgi: warning: GET /: a body was dropped: status ${code} has none\n`,
      );
      const again = await request(application, { settings });
      assert.equal(again.errors, "");
    });
  }
}

const empties: Record<string, () => ResponseBody> = {
  "an empty array": () => [],
  "an empty string": () => "",
  "empty chunks": () => ["", new Uint8Array(0)],
  "an empty generator": function* () {},
  "an async generator of empty chunks": async function* () {
    yield* ["", ""];
  },
  "an empty Readable": () => Readable.from([]),
};
for (const [kind, body] of Object.entries(empties)) {
  test(`A12.06 A12.07 E3.28 E5.11 ${kind} sends the headers at its end, with Content-Length 0`, async () => {
    const trace: string[] = [];
    const answer = await request(
      (_environ, startResponse) => {
        startResponse("404 Not Found", [["X", "1"]]);
        return body();
      },
      { output: new MemoryOutput(trace) },
    );
    assert.equal(
      answer.head,
      "X: 1\r\nContent-Length: 0\r\nStatus: 404 Not Found\r\n\r\n",
    );
    assert.deepEqual(trace, ["start", "end"]);
    assert.equal(answer.errors, "");
  });
}
