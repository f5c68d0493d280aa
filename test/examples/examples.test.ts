// The examples that are one file each, in process. Those from before: test/docs/examples.test.ts.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import type { Application } from "../../src/common/types.ts";
import { lint } from "../../src/lint/index.ts";
import { BodyFeed, client } from "../../src/testing/index.ts";
import { root } from "../docs/blocks.ts";

const uploads = mkdtempSync(join(tmpdir(), "uploads-"));
process.env.UPLOADS = uploads;
after(() => rmSync(uploads, { recursive: true, force: true }));

async function load(name: string): Promise<Application> {
  const { default: application } = await import(join(root, "examples", name));
  return lint(application);
}

describe("router.js", async () => {
  const site = client(await load("router.js"));

  test("finds a handler by path, and gives it the named parts", async () => {
    const book = await site.get("/library/books/9780262510875");
    assert.match(book.text, /Structure and Interpretation/);
    assert.equal((await site.get("/library/books/1")).code, 404);
    assert.match((await site.get("/")).text, /href="library\/books"/);
  });

  test("makes links that work where it is mounted", async () => {
    const books = (await site.get("/library/books")).json() as string[];
    for (const address of books) {
      const { pathname, host } = new URL(address);
      assert.equal(host, "127.0.0.1");
      assert.equal((await site.get(pathname)).code, 200, pathname);
    }
  });

  test("answers HEAD, and 404 and 405 for the rest", async () => {
    const head = await site.head("/library/books");
    assert.equal(head.code, 200);
    assert.equal(head.text, "");
    const posted = await site.post("/library/books");
    assert.equal(posted.code, 405);
    assert.equal(posted.header("Allow"), "GET");
    for (const path of ["/library", "/library/books/", "/nothing"]) {
      assert.equal((await site.get(path)).code, 404, path);
    }
  });
});

describe("events.js", async () => {
  const chat = client(await load("events.js"));
  const say = (said: string) =>
    chat.post("/", { body: new URLSearchParams({ said }) });

  test("begins before any event, and sends events as they come", async () => {
    const listener = chat.begin("GET", "/events");
    await listener.output.sent(1);
    assert.equal(listener.header("Content-Type"), "text/event-stream");
    assert.deepEqual(listener.chunks, [": welcome\n\n"]);
    assert.equal((await say("Grüße, 東京 🌸\nzwei")).code, 204);
    await listener.output.sent(2);
    assert.equal(
      listener.chunks[1],
      'id: 1\ndata: "Grüße, 東京 🌸\\nzwei"\n\n',
    );
    listener.abort();
    await listener.ended;
    assert.equal(listener.outcome, "aborted");
    assert.equal(listener.errors, "");
  });

  test("sends what a browser has missed while it was away", async () => {
    await say("two");
    await say("three");
    const listener = chat.begin("GET", "/events", {
      headers: { "Last-Event-ID": "2" },
    });
    await listener.output.sent(2);
    assert.equal(listener.chunks[1], 'id: 3\ndata: "three"\n\n');
    listener.abort();
    await listener.ended;
  });

  test("has a page, and refuses to say nothing", async () => {
    assert.match((await chat.get("/")).text, /new EventSource\("events"\)/);
    assert.equal((await say(" ")).code, 422);
    const long = await say("x".repeat(5000));
    assert.equal(long.code, 413);
  });
});

describe("upload.js", async () => {
  const site = client(await load("upload.js"));

  test("keeps files as they come, with what they are", async () => {
    const content = Buffer.alloc(3_000_000, "TSGI ");
    const form = new FormData();
    form.append("file", new Blob([content]), "größe 東京.bin");
    form.append("file", new Blob(["two"]), "../../two.txt");
    const answer = await post(form);
    assert.equal(answer.code, 201, answer.errors);
    const [first, second] = answer.json() as Record<string, unknown>[];
    const { id, ...facts } = first ?? {};
    assert.deepEqual(facts, {
      name: "größe 東京.bin",
      bytes: content.length,
      sha256: createHash("sha256").update(content).digest("hex"),
    });
    assert.deepEqual(readFileSync(join(uploads, `${id}`)), content);
    assert.equal(readFileSync(join(uploads, `${second?.id}`), "utf8"), "two");
  });

  test("refuses what is no form", async () => {
    const answer = await site.post("/", { body: "abc" });
    assert.equal(answer.code, 400);
  });

  test("leaves nothing of a file whose client has left", async () => {
    const before = readdirSync(uploads);
    const body = new BodyFeed();
    const answer = site.begin("POST", "/", {
      headers: { "Content-Type": "multipart/form-data; boundary=b" },
      body,
    });
    const watcher = watch(uploads);
    const changed = once(watcher, "change");
    body.push(
      '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf',
    );
    await changed;
    watcher.close();
    assert.equal(readdirSync(uploads).length, before.length + 1);
    answer.abort();
    await answer.served;
    assert.equal(answer.outcome, "aborted");
    assert.deepEqual(readdirSync(uploads), before);
  });

  test("has a form", async () => {
    assert.match((await site.get("/")).text, /multipart\/form-data/);
  });

  async function post(form: FormData) {
    const request = new Request("http://localhost", {
      method: "POST",
      body: form,
    });
    return site.post("/", {
      headers: { "Content-Type": request.headers.get("Content-Type") ?? "" },
      body: new Uint8Array(await request.arrayBuffer()),
    });
  }
});

describe("download.js", async () => {
  const site = client(await load("download.js"));
  const source = readFileSync(join(root, "examples/download.js"));

  test("sends a file with its length, and a name in any script", async () => {
    const answer = await site.get("/download");
    assert.deepEqual(answer.body, source);
    assert.equal(answer.header("Content-Length"), String(source.length));
    assert.equal(
      answer.header("Content-Disposition"),
      `attachment; filename="_berraschung _.js"; filename*=UTF-8''%C3%9Cberraschung%20%F0%9F%8E%81.js`,
    );
    assert.equal(answer.closeCount, 1);
  });

  test("sends a part of a file of the folder", async () => {
    const answer = await site.get("/download.js", {
      headers: { Range: "bytes=3-7" },
    });
    assert.equal(answer.code, 206);
    assert.deepEqual(answer.body, source.subarray(3, 8));
    assert.equal(answer.header("Content-Range"), `bytes 3-7/${source.length}`);
  });

  test("has nothing else", async () => {
    assert.equal((await site.get("/../package.json")).code, 404);
  });
});

describe("authorizer.js", async () => {
  const authorizer = client(await load("authorizer.js"));
  const password = "geheim, 秘密";

  const basic = (name: string, password: string) => ({
    Authorization: `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`,
  });

  test("lets pass who has the password, as either server says it", async () => {
    for (const init of [
      { headers: basic("grete", password) },
      {
        variables: {
          REMOTE_USER: "grete",
          REMOTE_PASSWD: Buffer.from(password).toString("latin1"),
        },
      },
    ]) {
      // The second time it knows the answer.
      for (const _ of [1, 2]) {
        const answer = await authorizer.get("/private/file.txt", init);
        assert.equal(answer.code, 200, answer.errors);
        assert.equal(answer.header("Variable-AUTH_NAME"), "grete");
      }
    }
  });

  test("asks everybody else for one", async () => {
    for (const headers of [
      {},
      basic("grete", "geheim"),
      basic("hans", password),
      basic("", ""),
      { Authorization: "Basic" },
      { Authorization: "Bearer abc" },
    ]) {
      const answer = await authorizer.get("/private/file.txt", { headers });
      assert.equal(answer.code, 401);
      assert.match(answer.header("WWW-Authenticate") ?? "", /^Basic realm=/);
    }
  });
});
