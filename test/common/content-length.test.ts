// Content-Length: never exceeded, missed without a sign, or made up.
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { fileWrapper } from "../../src/common/file-wrapper.ts";
import type { Header, ResponseBody } from "../../src/common/types.ts";
import { request, TEXT } from "../support/in-process.ts";

const respond = (length: string, body: ResponseBody) =>
  request((_environ, startResponse) => {
    startResponse("200 OK", [...TEXT, ["Content-Length", length]]);
    return body;
  });

const tooLong: Record<string, () => ResponseBody> = {
  "a string": () => "abcdef",
  bytes: () => Buffer.from("abcdef"),
  "an array of one": () => ["abcdef"],
  "a chunk too large": () => ["a", "bcdef"],
  "a generator": function* () {
    yield* ["a", "bcdef"];
  },
  "an async generator": async function* () {
    yield "abcdef";
  },
};
for (const [kind, body] of Object.entries(tooLong)) {
  test(`A11.01 E5.11 E5.12 no more is sent of ${kind} than Content-Length says`, async () => {
    const answer = await respond("2", body());
    assert.equal(answer.text, "ab");
    assert.equal(answer.header("Content-Length"), "2");
    assert.deepEqual([answer.outcome, answer.cut], ["failed", false]);
    assert.match(answer.errors, /longer than Content-Length says/);
  });
}

test("A11.01 E5.11 a body is not advanced beyond Content-Length", async () => {
  const steps: string[] = [];
  const answer = await respond(
    "2",
    (function* () {
      for (const chunk of ["a", "", "b", "c"]) {
        steps.push(chunk);
        yield chunk;
      }
    })(),
  );
  assert.deepEqual(steps, ["a", "", "b"]);
  assert.deepEqual([answer.text, answer.outcome], ["ab", "completed"]);
  assert.equal(answer.errors, "");
});

test("A11.01 nothing of a body is sent with Content-Length 0", async () => {
  const answer = await respond("0", ["a", "b"]);
  assert.deepEqual([answer.text, answer.outcome], ["", "failed"]);
});

test("A11.02 E5.12 a body that turns out shorter than Content-Length fails, and is not padded", async () => {
  const answer = await respond(
    "20",
    (function* () {
      yield* ["abc", "def"];
    })(),
  );
  assert.equal(answer.text, "abcdef");
  assert.deepEqual([answer.outcome, answer.cut], ["failed", true]);
  assert.match(
    answer.errors,
    /14 bytes are missing of what Content-Length says/,
  );
});

const tooShort: Record<string, () => ResponseBody> = {
  "a string": () => "abcdef",
  "an array of one": () => ["abcdef"],
  "an empty array": () => [],
  "an empty generator": function* () {},
};
for (const [kind, body] of Object.entries(tooShort)) {
  test(`A11.02 A13.01 ${kind} known to be shorter than Content-Length is answered with 500`, async () => {
    const answer = await respond("20", body());
    assert.equal(answer.status, "500 Internal Server Error");
    assert.deepEqual([answer.outcome, answer.cut], ["failed", false]);
    assert.match(answer.errors, /bytes are missing of what Content-Length/);
  });
}

const known: Record<string, { body: () => ResponseBody; length: string }> = {
  "a string": { body: () => "тест", length: "8" },
  bytes: { body: () => Uint8Array.of(1, 2, 3), length: "3" },
  "an array of one": { body: () => ["data"], length: "4" },
  "an array of bytes": { body: () => [Buffer.from("тест")], length: "8" },
  "an empty string": { body: () => "", length: "0" },
  "no bytes": { body: () => new Uint8Array(0), length: "0" },
  "an empty array": { body: () => [], length: "0" },
  "an array of an empty chunk": { body: () => [""], length: "0" },
};
for (const [kind, { body, length }] of Object.entries(known)) {
  test(`A11.03 A11.06 E3.27 E5.12 ${kind} gets Content-Length ${length}`, async () => {
    const answer = await request((_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return body();
    });
    assert.equal(answer.header("Content-Length"), length);
    assert.equal(answer.body.length, Number(length));
  });
}

for (const [written, body] of [
  ["data", []],
  ["data", ["more"]],
  ["", ["data"]],
] as const) {
  test(`A11.03 E3.27 after write("${written}") a body of ${body.length} chunks gets no Content-Length`, async () => {
    const answer = await request((_environ, startResponse) => {
      startResponse("200 OK", TEXT)(written);
      return body;
    });
    assert.equal(answer.header("Content-Length"), undefined);
    assert.equal(answer.text, written + body.join(""));
  });
}

const unknown: Record<string, () => ResponseBody> = {
  "a generator of one chunk": function* () {
    yield "data";
  },
  "an async generator of one chunk": async function* () {
    yield "data";
  },
  "a Set of one chunk": () => new Set(["data"]),
  "an array of two chunks": () => ["da", "ta"],
  "a Readable": () => Readable.from(["data"]),
  "a wrapped file": () => fileWrapper(new Blob(["data"])),
};
for (const [kind, body] of Object.entries(unknown)) {
  test(`A11.04 E3.04 E5.12 ${kind} gets no Content-Length`, async () => {
    const answer = await request((_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return body();
    });
    assert.equal(answer.header("Content-Length"), undefined);
    assert.equal(answer.text, "data");
  });
}

test("A11.03 the application's own Content-Length is kept", async () => {
  const answer = await respond("4", "data");
  assert.equal(answer.header("Content-Length"), "4");
});

for (const value of [
  "5, 5",
  "+5",
  "-1",
  "0x5",
  "",
  "1e2",
  "5.0",
  "5 5",
  "٥",
  "Infinity",
  "9".repeat(20),
  "9007199254740992",
]) {
  test(`A11.05 E5.14 Content-Length "${value}" is refused`, async () => {
    const answer = await respond(value, "abcde");
    assert.equal(answer.status, "500 Internal Server Error");
    assert.match(answer.errors, /Cannot (use |send header ")Content-Length/);
  });
}

for (const value of ["5", " 5 ", "0005"]) {
  test(`A11.05 Content-Length "${value}" is 5`, async () => {
    const answer = await respond(value, "abcde");
    assert.equal(answer.header("Content-Length"), "5");
    assert.equal(answer.outcome, "completed");
  });
}

test("A11.05 a Content-Length may be as large as a number is exact", async () => {
  const answer = await request(
    (_environ, startResponse) => {
      startResponse("200 OK", [["Content-Length", "9007199254740991"]]);
      return [];
    },
    { method: "HEAD" },
  );
  assert.equal(answer.header("Content-Length"), "9007199254740991");
});

test("A11.05 D1.07 the same Content-Length twice is sent once, two different ones are refused", async () => {
  const twice = (second: string) =>
    request((_environ, startResponse) => {
      const headers: Header[] = [
        ["Content-Length", "5"],
        ["content-length", second],
      ];
      startResponse("200 OK", headers);
      return "abcde";
    });
  const same = await twice("5");
  assert.deepEqual(same.headers, [
    ["Content-Length", "5"],
    ["Status", "200 OK"],
  ]);
  const different = await twice("6");
  assert.equal(different.status, "500 Internal Server Error");
  assert.match(different.errors, /Content-Length is 5 and 6/);
});
