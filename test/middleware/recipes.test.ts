// Express's middleware as docs/middleware.md shows it, around an application of ours.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { gunzipSync } from "node:zlib";
import type {
  Application,
  Header,
  Middleware,
} from "../../src/common/types.ts";
import { lint } from "../../src/lint/index.ts";
import { BodyFeed, begin, request, TEXT } from "../support/in-process.ts";
import { recipe, recipeFolder } from "./recipe-blocks.ts";

const folder = recipeFolder();
const { secured } = await recipe<{ secured: Middleware }>(
  folder,
  "security.ts",
);
const { shared } = await recipe<{ shared: Middleware }>(
  folder,
  "cross-origin.ts",
);
const { compressed } = await recipe<{ compressed: Middleware }>(
  folder,
  "compressed.ts",
);
const { logged } = await recipe<{ logged: (path: string) => Middleware }>(
  folder,
  "morgan-log.ts",
);
const { limited } = await recipe<{ limited: (limit: number) => Middleware }>(
  folder,
  "limited.ts",
);

/** Between two validators, which know that fromConnect reads the body as its `res` takes it. */
function between(
  middleware: Middleware,
  application: Application,
): Application {
  const inner = lint(application, { ignore: ["F7.11"] });
  return lint(middleware(inner));
}

const page: Application = (_environ, startResponse) => {
  startResponse("200 OK", [...TEXT, ["X-Own", "1"]]);
  return "page";
};

describe("the recipe with helmet", () => {
  test("adds headers to a response, and leaves the rest", async () => {
    const answer = await request(between(secured, page));
    assert.equal(answer.status, "200 OK");
    assert.equal(answer.text, "page");
    assert.equal(answer.header("X-Own"), "1");
    assert.equal(answer.header("X-Content-Type-Options"), "nosniff");
    assert.match(
      answer.header("Content-Security-Policy") ?? "",
      /img-src 'self'/,
    );
  });

  test("adds them to what replaces a response by an error, too", async () => {
    const answer = await request(
      between(secured, (_environ, startResponse) => {
        startResponse("200 OK", TEXT);
        startResponse("503 Service Unavailable", TEXT, new Error("oops"));
        return "sorry";
      }),
    );
    assert.equal(answer.status, "503 Service Unavailable");
    assert.equal(answer.header("X-Content-Type-Options"), "nosniff");
  });
});

describe("the recipe with cors", () => {
  const headers: Header[] = [["Origin", "https://app.example"]];

  test("adds its headers", async () => {
    const answer = await request(between(shared, page), { headers });
    assert.equal(
      answer.header("Access-Control-Allow-Origin"),
      "https://app.example",
    );
    assert.equal(answer.text, "page");
  });

  test("answers a preflight without the application", async () => {
    const application: Application = () => assert.fail("it was asked");
    const answer = await request(between(shared, application), {
      method: "OPTIONS",
      headers: [...headers, ["Access-Control-Request-Method", "PUT"]],
    });
    assert.equal(answer.status, "204 No Content");
    assert.match(answer.header("Access-Control-Allow-Methods") ?? "", /PUT/);
  });
});

describe("the recipe with compression", () => {
  const headers: Header[] = [["Accept-Encoding", "gzip"]];
  const text = "abc ".repeat(5_000);
  const long: Application = (_environ, startResponse) => {
    startResponse("200 OK", [...TEXT, ["Content-Length", `${text.length}`]]);
    return text;
  };

  test("compresses what is long enough, and mends the headers", async () => {
    const answer = await request(between(compressed, long), { headers });
    assert.equal(answer.header("Content-Encoding"), "gzip");
    assert.match(answer.header("Vary") ?? "", /Accept-Encoding/);
    assert.notEqual(answer.header("Content-Length"), `${text.length}`);
    assert.equal(gunzipSync(answer.body).toString(), text);
    assert.ok(answer.body.length < text.length / 10);
  });

  test("leaves alone who does not ask for it", async () => {
    const answer = await request(between(compressed, long));
    assert.equal(answer.header("Content-Encoding"), undefined);
    assert.equal(answer.text, text);
  });

  test("compresses a stream", async () => {
    const feed = new BodyFeed();
    const answer = begin(
      between(compressed, async function* (environ, startResponse) {
        startResponse("200 OK", TEXT);
        yield* environ["tsgi.input"];
      }),
      { headers, body: feed },
    );
    for (let part = 0; part < 4; part++) feed.push(text);
    feed.end();
    await answer.ended;
    assert.equal(gunzipSync(answer.body).toString(), text.repeat(4));
  });
});

test("the recipe with morgan writes a line for each request", async () => {
  const path = join(folder, "access.log");
  const application = between(logged(path), page);
  // As under CGI, where the request waits for listeners of "finish": the process ends with it.
  const options = { runOnce: true };
  await request(application, { target: "/a?b=c", options });
  await request(application, { method: "HEAD", target: "/b", options });
  assert.match(
    readFileSync(path, "utf8"),
    /^GET \/a\?b=c 200 .* ms\nHEAD \/b 200 .* ms\n$/,
  );
});

test("the recipe with express-rate-limit counts each client's requests", async () => {
  const application = between(limited(2), page);
  const from = (address: string) =>
    request(application, { variables: { REMOTE_ADDR: address } });
  const statuses: (string | undefined)[] = [];
  for (let count = 0; count < 3; count++) {
    statuses.push((await from("192.0.2.1")).status);
  }
  assert.deepEqual(statuses, ["200 OK", "200 OK", "429 Too Many Requests"]);
  const other = await from("192.0.2.2");
  assert.equal(other.status, "200 OK");
  assert.match(other.header("RateLimit") ?? "", /remaining=1/);
});
