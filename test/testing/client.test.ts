import assert from "node:assert/strict";
import { open } from "node:fs/promises";
import { test } from "node:test";
import {
  type Application,
  headersFromEnviron,
  json,
  parseCookies,
  readBody,
  text,
} from "../../src/index.ts";
import { BodyFeed, client, MemoryOutput } from "../../src/testing/index.ts";
import { TEXT } from "../support/in-process.ts";

const mirror: Application = async (environ, startResponse) => {
  const found = {
    method: environ.REQUEST_METHOD,
    uri: environ.REQUEST_URI,
    headers: Object.fromEntries(headersFromEnviron(environ)),
    body: (await readBody(environ)).text(),
  };
  return json(found)(environ, startResponse);
};

test("G6.04 client asks with method, target, headers and body", async () => {
  const site = client(mirror, { headers: { "X-All": "1", "X-Some": "2" } });
  const answer = await site.post("/a%20b?c=d", {
    headers: [["x-some", "3"]],
    body: "text",
  });
  assert.equal(answer.status, "200 OK");
  assert.equal(answer.code, 200);
  assert.deepEqual(answer.json(), {
    method: "POST",
    uri: "/a%20b?c=d",
    headers: { "content-length": "4", "x-all": "1", "x-some": "3" },
    body: "text",
  });
  const methods = [
    await site.get("/"),
    await site.put("/"),
    await site.delete("/"),
    await site.request("PATCH", "/"),
  ].map((one) => (one.json() as { method: string }).method);
  assert.deepEqual(methods, ["GET", "PUT", "DELETE", "PATCH"]);
  assert.equal((await site.head("/")).text, "");
});

test("G6.04 client sends forms and JSON with their Content-Type", async () => {
  const site = client(mirror);
  const form = await site.post("/", { body: new URLSearchParams({ a: "ü" }) });
  assert.deepEqual(form.json(), {
    method: "POST",
    uri: "/",
    headers: {
      "content-length": "8",
      "content-type": "application/x-www-form-urlencoded",
    },
    body: "a=%C3%BC",
  });
  const data = await site.post("/", { json: [1] });
  const { headers, body } = data.json() as {
    headers: Record<string, string>;
    body: string;
  };
  assert.equal(headers["content-type"], "application/json");
  assert.equal(body, "[1]");
});

test("G6.04 client tells when chunks were asked for, sent, and closed", async () => {
  let closed = 0;
  const answer = await client((_environ, startResponse) => {
    startResponse("200 OK", TEXT);
    return {
      *[Symbol.iterator]() {
        yield "a";
        yield Buffer.from("b");
      },
      close: () => void closed++,
    };
  }).get("/");
  assert.deepEqual(answer.trace, [
    "next",
    "start",
    "next",
    "write",
    "next",
    "complete",
    "close",
    "end",
  ]);
  assert.deepEqual(answer.given, ["a", Buffer.from("b")]);
  assert.deepEqual(answer.chunks, ["a", "b"]);
  assert.equal(answer.closeCount, 1);
  assert.equal(closed, 1);
});

const BODIES: [string, Application][] = [
  ["a string", () => "body"],
  ["bytes", () => Buffer.from("body")],
  ["an array", () => ["bo", "dy"]],
  ["one chunk", () => ["body"]],
  ["a promise", async () => "body"],
  ["a web stream", () => new Blob(["body"]).stream()],
  [
    "an async generator",
    async function* () {
      yield "bo";
      yield "dy";
    },
  ],
];

for (const [kind, inner] of BODIES) {
  test(`G6.04 client watches ${kind} without changing it`, async () => {
    const answer = await client((environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return inner(environ, startResponse);
    }).get("/");
    assert.equal(answer.errors, "");
    assert.equal(answer.text, "body");
    const given = Buffer.concat(answer.given.map((one) => Buffer.from(one)));
    assert.equal(given.toString(), "body");
  });
}

test("G6.04 client lets files of tsgi.file_wrapper through", async () => {
  const answer = await client(async (environ, startResponse) => {
    startResponse("200 OK", [...TEXT, ["Content-Length", "2"]]);
    const file = await open(new URL(import.meta.url));
    return environ["tsgi.file_wrapper"]?.(file) ?? "";
  }).get("/");
  assert.equal(answer.text, "im");
  assert.equal(answer.closeCount, 1);
});

test("G6.04 client answers what the runner answers to bodies of the wrong kind", async () => {
  for (const body of [undefined, null, 7, {}] as unknown as string[]) {
    const answer = await client((_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return body;
    }).get("/");
    assert.equal(answer.code, 500);
    assert.equal(answer.outcome, "failed");
    assert.match(answer.errors, /BODY/);
  }
});

test("G6.04 client keeps cookies until they are over", async () => {
  const site = client(
    (environ, startResponse) => {
      const found = parseCookies(environ);
      const headers = {
        "/in": ["a=1; Path=/; HttpOnly", "b=%C3%BC"],
        "/out": ["a=; Max-Age=0", "b=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"],
      }[environ.PATH_INFO];
      return text(JSON.stringify({ ...found }), {
        headers: (headers ?? []).map((one) => ["Set-Cookie", one] as const),
      })(environ, startResponse);
    },
    { cookies: true },
  );
  assert.equal((await site.get("/in")).text, "{}");
  assert.equal((await site.get("/")).text, '{"a":"1","b":"ü"}');
  assert.equal(site.cookies?.get("a"), "1");
  await site.get("/out");
  assert.equal((await site.get("/")).text, "{}");
  site.cookies?.set("c", "2");
  assert.equal((await site.get("/")).text, '{"c":"2"}');
});

test("G6.04 client aborts on the way, while a body streams up", async () => {
  const feed = new BodyFeed();
  const seen: string[] = [];
  const answer = client(async function* (environ, startResponse) {
    startResponse("200 OK", TEXT);
    for await (const chunk of environ["tsgi.input"]) {
      seen.push(Buffer.from(chunk).toString());
      yield chunk;
    }
  }).begin("POST", "/", { body: feed });
  feed.push("one");
  await answer.output.sent(1);
  assert.equal(answer.outcome, undefined);
  assert.equal(answer.text, "one");
  answer.abort();
  await answer.ended;
  assert.equal(answer.outcome, "aborted");
  assert.equal(answer.cut, true);
  assert.deepEqual(seen, ["one"]);
});

test("G6.04 client holds a slow reader's side back", async () => {
  const output = new MemoryOutput();
  output.block();
  const answer = client(function* (_environ, startResponse) {
    startResponse("200 OK", TEXT);
    yield "a";
    yield "b";
  }).begin("GET", "/", { output });
  await output.sent(1);
  assert.deepEqual(answer.given, ["a"]);
  output.release();
  await answer.ended;
  assert.deepEqual(answer.given, ["a", "b"]);
});

test("G6.04 client reports the log and the failure", async () => {
  const answer = await client(() => {
    throw new Error("no such table");
  }).get("/");
  assert.equal(answer.code, 500);
  assert.match(answer.errors, /no such table/);
  assert.doesNotMatch(answer.text, /no such table/);
});
