import assert from "node:assert/strict";
import { test } from "node:test";
import { type Environ, RequestBody, readBody } from "../../src/index.ts";
import { BodyFeed, environOf, request } from "../support/in-process.ts";

const FORM = "application/x-www-form-urlencoded";

function body(content: string, type?: string): RequestBody {
  return new RequestBody(Buffer.from(content, "latin1"), type);
}

test("G2.07 readBody gives bytes, and an empty body for a GET", async () => {
  const environ = await environOf({});
  const found = await readBody(withInput(environ, ""));
  assert.equal(found.bytes.length, 0);
  assert.equal(found.text(), "");
  assert.equal([...found.form()].length, 0);
});

test("G2.07 readBody can be called by middleware and application alike", async () => {
  const answer = await request(
    async (environ, startResponse) => {
      const inner = { ...environ };
      const outer = (await readBody(environ)).text();
      const again = (await readBody(environ)).text();
      const copied = (await readBody(inner)).text();
      const raw = Buffer.from(await environ["tsgi.input"].read()).toString();
      startResponse("200 OK", [["Content-Type", "text/plain"]]);
      return [outer, again, copied, raw].join(" ");
    },
    { method: "POST", body: ["he", "llo"] },
  );
  assert.equal(answer.text, "hello hello hello hello");
});

test("G2.07 readBody of two at once reads once", async () => {
  const environ = withInput(await environOf({}), "hello");
  const [one, other] = await Promise.all([
    readBody(environ),
    readBody(environ),
  ]);
  assert.equal(one.text() + other.text(), "hellohello");
});

test("G2.07 readBody answers 413 above its limit, without reading what says its length", async () => {
  const feed = new BodyFeed();
  const answer = await request(
    async (environ) => (await readBody(environ, { limit: 4 })).text(),
    { method: "POST", body: feed, variables: { CONTENT_LENGTH: "5" } },
  );
  assert.equal(answer.status, "413 Content Too Large");
  assert.equal(feed.asked, 0);
});

test("G2.07 readBody answers 413 for a long body without a length, 400 for one that ends early", async () => {
  const application = async (environ: Environ) =>
    (await readBody(environ, { limit: 4 })).text();
  const long = await request(application, {
    method: "POST",
    body: ["abc", "def"],
    variables: { CONTENT_LENGTH: undefined },
  });
  assert.equal(long.status, "413 Content Too Large");
  const short = await request(application, {
    method: "POST",
    body: "ab",
    variables: { CONTENT_LENGTH: "3" },
  });
  assert.equal(short.status, "400 Bad Request");
});

test("G2.07 readBody heeds a smaller limit the second time", async () => {
  const environ = withInput(await environOf({}), "hello");
  await readBody(environ);
  await assert.rejects(readBody(environ, { limit: 4 }), {
    code: "BODY_TOO_LARGE",
  });
});

test("G2.07 RequestBody reads text by its charset", () => {
  assert.equal(body("gr\xc3\xbcn").text(), "grün");
  assert.equal(body("gr\xfcn", "text/plain; charset=latin1").text(), "grün");
  const polish = body("\xb1", 'text/plain; Charset="iso-8859-2"');
  assert.equal(polish.text(), "ą");
});

test("G2.07 RequestBody refuses text, JSON and forms that are none", () => {
  const bad = [
    () => body("\xff").text(),
    () => body("x", "text/plain; charset=klingon").text(),
    () => body("{").json(),
    () => body("").json(),
    () => body("a=1", "text/plain").form(),
  ];
  for (const look of bad) assert.throws(look, { code: "BAD_REQUEST" });
});

test("G2.07 G2.10 RequestBody reads JSON and forms", () => {
  assert.deepEqual(body('{"a":[1]}', "application/json").json(), { a: [1] });
  const form = body("a=1&a=2&b=%C3%BC+x", `${FORM}; charset=utf-8`).form();
  assert.deepEqual(form.getAll("a"), ["1", "2"]);
  assert.equal(form.get("b"), "ü x");
});

function withInput(environ: Environ, content: string): Environ {
  const bytes = Buffer.from(content);
  let read = false;
  return {
    ...environ,
    "tsgi.input": {
      ...environ["tsgi.input"],
      async *[Symbol.asyncIterator]() {
        assert.equal(read, false);
        read = true;
        if (bytes.length > 0) yield bytes;
      },
    },
  };
}
