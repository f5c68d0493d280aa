import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { loadModule } from "../../src/cli/loading/load-module.ts";
import type { Application } from "../../src/common/types.ts";
import { lint } from "../../src/lint/index.ts";
import { type Answer, client } from "../../src/testing/index.ts";
import { root } from "../docs/blocks.ts";
import { typeErrors } from "../docs/types.ts";

const folder = join(root, "examples/guestbook");
const data = mkdtempSync(join(tmpdir(), "guestbook-"));
after(() => rmSync(data, { recursive: true, force: true }));
process.env.GUESTBOOK_DATA = data;

const { default: application } = (await loadModule(
  join(folder, "app.cgi"),
)) as { readonly default: Application };

/** A visitor, with a browser's cookies. */
class Visitor {
  readonly client = client(lint(application), { cookies: true });

  async open(path = "/"): Promise<Answer> {
    const answer = await this.client.get(path);
    assert.equal(answer.errors, "");
    return answer;
  }

  /** Fills in the form of the page, and sends it. */
  async sign(
    fields: Readonly<Record<string, string>>,
    picture?: Uint8Array<ArrayBuffer>,
  ): Promise<Answer> {
    const form = new FormData();
    form.set("token", tokenOf((await this.open()).text));
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set("picture", new Blob([picture ?? new Uint8Array()]), "my.png");
    const request = new Request("http://localhost/", {
      method: "POST",
      body: form,
    });
    return this.client.post("/", {
      headers: { "Content-Type": request.headers.get("Content-Type") ?? "" },
      body: new Uint8Array(await request.arrayBuffer()),
    });
  }
}

const tokenOf = (text: string): string =>
  /name="token" value="([\w-]+)"/.exec(text)?.[1] ?? assert.fail(text);
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgaPj/HwAD/AJ/x8zCcAAAAABJRU5ErkJggg==",
  "base64",
);
const ENTRY = { name: "Zoë", message: "Grüße, 東京 🌸" };

test("the guestbook compiles", () => {
  const files = new Map<string, string>();
  for (const name of readdirSync(folder)) {
    if (!/\.(?:js|cgi)$/.test(name)) continue;
    const text = readFileSync(join(folder, name), "utf8");
    // The compiler knows no ".cgi".
    const path = join(folder, name.replace(/\.cgi$/, ".mjs"));
    files.set(path, text.replace(/^#!.*/, ""));
  }
  assert.deepEqual(typeErrors(files), []);
});

describe("signing the guestbook", () => {
  test("shows the entry after a redirect, with thanks for once", async () => {
    const visitor = new Visitor();
    const answer = await visitor.sign(ENTRY);
    assert.equal(answer.status, "303 See Other");
    assert.equal(answer.header("Location"), "/");
    const page = await visitor.open();
    assert.match(page.text, /<p dir="auto">Grüße, 東京 🌸<\/p>/);
    assert.match(page.text, /role="status">Thank you, Zoë!</);
    const again = await visitor.open();
    assert.doesNotMatch(again.text, /Thank you/);
    assert.match(again.text, /name="name" value="Zoë"/);
  });

  test("takes everything for text", async () => {
    const visitor = new Visitor();
    const evil = `"><script>alert('1')</script>`;
    await visitor.sign({ name: evil, message: `${evil}\r\n\0two` });
    const { text } = await visitor.open();
    assert.doesNotMatch(text, /<script/);
    assert.match(
      text,
      /&#60;script&#62;alert\(&#39;1&#39;\)&#60;\/script&#62;\ntwo/,
    );
  });

  test("gives the form back with what was written, and the reason", async () => {
    const visitor = new Visitor();
    for (const [fields, status, reason] of [
      [{ ...ENTRY, token: "x" }, 403, /has expired/],
      [{ ...ENTRY, name: " " }, 422, /both a name and a message/],
      [{ ...ENTRY, message: "x".repeat(2001) }, 422, /too long/],
    ] as const) {
      const before = await visitor.open();
      const answer = await visitor.sign(fields);
      assert.equal(answer.code, status);
      assert.match(answer.text, reason);
      assert.ok(answer.text.includes(`\n${fields.message}</textarea>`));
      assert.equal(count((await visitor.open()).text), count(before.text));
    }
  });

  test("refuses what is no form with 400", async () => {
    const visitor = new Visitor();
    const type = "multipart/form-data; boundary=b";
    for (const [headers, body] of [
      [{}, "name=a"],
      [{ "Content-Type": type }, "--b\r\nContent-Disposition: form-"],
    ] as const) {
      const answer = await visitor.client.post("/", { headers, body });
      assert.equal(answer.code, 400, answer.errors);
    }
  });
});

describe("a picture in the guestbook", () => {
  test("is shown under a name of its own, with its type", async () => {
    const visitor = new Visitor();
    await visitor.sign(ENTRY, PNG);
    const { text } = await visitor.open();
    const [path = ""] = /\/pictures\/[0-9a-f]{32}\.png/.exec(text) ?? [];
    const picture = await visitor.open(path);
    assert.equal(picture.code, 200);
    assert.deepEqual(picture.body, PNG);
    assert.equal(picture.header("Content-Type"), "image/png");
    assert.equal(picture.header("X-Content-Type-Options"), "nosniff");
    assert.match(picture.header("Cache-Control") ?? "", /immutable/);
  });

  test("is refused where it is too large, or none", async () => {
    const visitor = new Visitor();
    const large = await visitor.sign(
      ENTRY,
      new Uint8Array(Buffer.concat([PNG, Buffer.alloc(2 * 1_048_576)])),
    );
    assert.equal(large.code, 413);
    assert.match(large.text, /too large: 2 MB is the limit/);
    const page = new TextEncoder().encode("<script>alert(1)</script>");
    const other = await visitor.sign(ENTRY, page);
    assert.equal(other.code, 415);
    assert.match(other.text, /no picture/);
    const endless = await visitor.sign(ENTRY, new Uint8Array(17 * 1_048_576));
    assert.equal(endless.code, 413);
  });

  test("leads to nothing else of the data", async () => {
    const visitor = new Visitor();
    for (const path of ["/pictures/../guestbook.db", "/pictures/", "/data"]) {
      assert.equal((await visitor.open(path)).code, 404, path);
    }
  });
});

describe("the guestbook's pages", () => {
  test("have what a browser is to heed", async () => {
    const answer = await new Visitor().open();
    assert.match(answer.header("Content-Security-Policy") ?? "", /'none'/);
    assert.equal(answer.header("Cache-Control"), "private, no-cache");
    assert.match(
      answer.header("Set-Cookie") ?? "",
      /^guestbook=[\w-]+\.[\w-]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/,
    );
    const overTls = await client(application).get("/", {
      variables: { HTTPS: "on", SCRIPT_NAME: "/gäste" },
    });
    assert.match(overTls.header("Set-Cookie") ?? "", /; Secure$/);
  });

  test("are not sent again to who has them", async () => {
    const visitor = new Visitor();
    // The first page has given it a cookie.
    await visitor.open();
    const page = await visitor.open();
    const again = await visitor.client.get("/", {
      headers: { "If-None-Match": page.header("ETag") ?? "" },
    });
    assert.equal(again.code, 304);
  });

  test("do not believe a cookie somebody else has made", async () => {
    const forged = Buffer.from(
      JSON.stringify({ token: "known", name: "Mallory", notice: "Hi" }),
    ).toString("base64url");
    for (const value of [`${forged}.`, `${forged}.AAAA`, "nonsense", ""]) {
      const { text } = await client(application).get("/", {
        headers: { Cookie: `guestbook=${value}` },
      });
      assert.doesNotMatch(text, /Mallory|known/);
    }
  });

  test("answer HEAD, 404, 405, and the path without a slash", async () => {
    const visitor = new Visitor();
    const head = await visitor.client.head("/");
    assert.equal(head.status, "200 OK");
    assert.equal(head.text, "");
    assert.equal((await visitor.open("/nothing")).code, 404);
    const put = await visitor.client.put("/");
    assert.equal(put.code, 405);
    assert.equal(put.header("Allow"), "GET, HEAD, POST");
    const bare = await client(application).get("/gäste", {
      variables: {
        SCRIPT_NAME: Buffer.from("/gäste").toString("latin1"),
        PATH_INFO: "",
      },
    });
    assert.equal(bare.code, 308);
    assert.equal(bare.header("Location"), "/g%C3%A4ste/");
  });

  test("turn, the newest first", async () => {
    const visitor = new Visitor();
    for (let at = 1; at <= 11; at++) {
      await visitor.sign({ name: "Ada", message: `Line ${at}.` });
    }
    const first = await visitor.open();
    assert.match(first.text, /Line 11\..*Line 2\./s);
    assert.doesNotMatch(first.text, /Line 1\.|Newest/);
    const [, older = ""] = /href="(\/\?before=\d+)"/.exec(first.text) ?? [];
    const second = await visitor.open(older);
    assert.match(second.text, /Line 1\..*Newest/s);
    assert.doesNotMatch(second.text, /Line 2\./);
  });
});

/** How many entries the page says there are. */
function count(text: string): string | undefined {
  return /<footer>(\d+) entr/.exec(text)?.[1];
}
