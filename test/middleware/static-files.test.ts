import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import type { Application, Header } from "../../src/common/types.ts";
import {
  type StaticFilesOptions,
  staticFiles,
} from "../../src/middleware/static-files.ts";
import { type InProcessRequest, request, TEXT } from "../support/in-process.ts";
import { between } from "./between.ts";

const top = mkdtempSync(join(tmpdir(), "tsgi-files-"));
after(() => rmSync(top, { recursive: true }));
const root = join(top, "public");
mkdirSync(join(root, "folder"), { recursive: true });
mkdirSync(join(root, "empty"));
mkdirSync(join(root, ".git"));
writeFileSync(join(top, "secret.txt"), "secret");
writeFileSync(join(root, "a.txt"), "0123456789");
writeFileSync(join(root, "grün %41.html"), "<p>");
writeFileSync(join(root, "..dots"), "dots");
writeFileSync(join(root, ".env"), "secret");
writeFileSync(join(root, ".git/config"), "secret");
writeFileSync(join(root, "folder/index.html"), "index");
writeFileSync(join(root, "folder/unknown.qqq"), "?");
symlinkSync(join(top, "secret.txt"), join(root, "out.txt"));
symlinkSync("a.txt", join(root, "in.txt"));
symlinkSync(root, join(top, "link"));

const inner: Application = (environ, startResponse) => {
  startResponse("404 Not Found", TEXT);
  return `application ${environ.SCRIPT_NAME}${environ.PATH_INFO}`;
};

function get(
  target: string,
  options?: StaticFilesOptions,
  init?: InProcessRequest,
): ReturnType<typeof request> {
  return request(between(staticFiles(root, options), inner), {
    target,
    ...init,
  });
}

describe("G5.08 staticFiles", () => {
  test("sends a file with type, length, validators and Cache-Control", async () => {
    const answer = await get("/a.txt");
    assert.equal(answer.status, "200 OK");
    assert.equal(answer.text, "0123456789");
    assert.equal(answer.header("Content-Type"), "text/plain; charset=utf-8");
    assert.equal(answer.header("Content-Length"), "10");
    assert.equal(answer.header("Cache-Control"), "public, max-age=0");
    assert.ok(answer.header("ETag"));
    assert.ok(answer.header("Last-Modified"));
    assert.equal(answer.outcome, "completed");
    assert.equal(answer.errors, "");
  });

  test("takes maxAge in seconds, and immutable", async () => {
    const options = { maxAge: 60, immutable: true };
    for (const sendfile of ["off", "X-Sendfile"] as const) {
      const answer = await get("/a.txt", { ...options, sendfile });
      assert.equal(
        answer.header("Cache-Control"),
        "public, max-age=60, immutable",
      );
    }
  });

  test("sends headers alone to HEAD", async () => {
    const answer = await get("/a.txt", {}, { method: "HEAD" });
    assert.equal(answer.header("Content-Length"), "10");
    assert.equal(answer.text, "");
  });

  test("answers 304 where the client has the file", async () => {
    const first = await get("/a.txt");
    const conditions: Header[] = [
      ["If-None-Match", first.header("ETag") ?? ""],
      ["If-Modified-Since", first.header("Last-Modified") ?? ""],
    ];
    for (const condition of conditions) {
      const answer = await get("/a.txt", {}, { headers: [condition] });
      assert.equal(answer.status, "304 Not Modified");
      assert.equal(answer.text, "");
    }
  });

  const ranges: readonly [range: string, status: string, text: string][] = [
    ["bytes=2-4", "206 Partial Content", "234"],
    ["bytes=-3", "206 Partial Content", "789"],
    ["bytes=8-", "206 Partial Content", "89"],
    ["lines=1-2", "200 OK", "0123456789"],
  ];
  for (const [range, status, text] of ranges) {
    test(`answers ${status} to Range: ${range}`, async () => {
      const answer = await get("/a.txt", {}, { headers: [["Range", range]] });
      assert.equal(answer.status, status);
      assert.equal(answer.text, text);
      assert.equal(answer.errors, "");
    });
  }

  test("answers 416 to a range behind the end", async () => {
    const headers: Header[] = [["Range", "bytes=20-"]];
    const answer = await get("/a.txt", {}, { headers });
    assert.equal(answer.status, "416 Range Not Satisfiable");
    assert.equal(answer.header("Content-Range"), "bytes */10");
  });

  test("decodes the path once", async () => {
    const answer = await get("/gr%C3%BCn%20%2541.html");
    assert.equal(answer.text, "<p>");
    assert.equal((await get("/gr%C3%BCn%20A.html")).status, "404 Not Found");
    assert.equal((await get("/a%2Etxt")).text, "0123456789");
  });

  test("serves an index, and adds the slash which its links need", async () => {
    assert.equal((await get("/folder/")).text, "index");
    const answer = await get(
      "/folder?a=b",
      {},
      { variables: { SCRIPT_NAME: "//evil.example/gr\xc3\xbcn" } },
    );
    assert.equal(answer.status, "301 Moved Permanently");
    assert.equal(
      answer.header("Location"),
      "/evil.example/gr%C3%BCn/folder/?a=b",
    );
    assert.equal((await get("/folder/", { index: "unknown.qqq" })).text, "?");
  });

  test("leaves all else to the application", async () => {
    const targets = [
      "/",
      "/missing",
      "/empty",
      "/empty/",
      "/a.txt/",
      "/a.txt/b",
      "/folder//index.html",
      `/${"x".repeat(5_000)}`,
    ];
    for (const target of targets) {
      const answer = await get(target);
      assert.equal(answer.text, `application ${target}`);
    }
    const headless = await get("/folder/", { index: false });
    assert.equal(headless.text, "application /folder/");
    for (const method of ["POST", "PUT", "OPTIONS"]) {
      const answer = await get("/a.txt", {}, { method });
      assert.equal(answer.text, "application /a.txt");
    }
  });

  test("serves below its prefix only, and the application sees the whole path", async () => {
    const options = { prefix: "/static" };
    assert.equal((await get("/static/a.txt", options)).text, "0123456789");
    for (const target of ["/a.txt", "/statica.txt", "/static/x", "/static"]) {
      const answer = await get(target, options);
      assert.equal(answer.text, `application ${target}`);
    }
    const folder = await get("/static/folder", options);
    assert.equal(folder.header("Location"), "/static/folder/");
  });

  test("takes a root which is a link", async () => {
    const application = staticFiles(join(top, "link"))(inner);
    const answer = await request(application, { target: "/in.txt" });
    assert.equal(answer.text, "0123456789");
  });
});

describe("G5.08 staticFiles never leaves its root", () => {
  const paths = [
    "/../secret.txt",
    "/folder/../../secret.txt",
    "/folder/../a.txt",
    "/./a.txt",
    "/..",
    "/.",
    "//a.txt",
    "/out.txt",
    "/.env",
    "/.git/config",
    "/..dots",
    "/a.txt\0",
    "/a.txt\0.html",
    "/\xff.txt",
    "/\xc0\xae\xc0\xae/secret.txt",
    "/..\\secret.txt",
    "a.txt",
    `${top}/secret.txt`,
  ];
  for (const path of paths) {
    for (const sendfile of ["off", "X-Sendfile"] as const) {
      test(`for ${JSON.stringify(path)}, sendfile ${sendfile}`, async () => {
        // Past the server's own checks: a NUL would be answered 400.
        const application = staticFiles(root, { sendfile })(inner);
        const answer = await request((environ, startResponse) => {
          environ.PATH_INFO = path;
          return application(environ, startResponse);
        });
        assert.equal(answer.status, "404 Not Found");
        assert.equal(answer.header("X-Sendfile"), undefined);
      });
    }
  }

  test("nor does it show dotfiles unless it is told to", async () => {
    const options = { dotfiles: true };
    assert.equal((await get("/.env", options)).text, "secret");
    assert.equal((await get("/..dots", options)).text, "dots");
    assert.equal(
      (await get("/../secret.txt", options)).status,
      "404 Not Found",
    );
  });
});

describe("staticFiles with sendfile", () => {
  const known: readonly [software: string | undefined, header: string][] = [
    ["Apache/2.4.62 (Debian)", "X-Sendfile"],
    ["lighttpd/1.4.69", "X-LIGHTTPD-send-file"],
    ["nginx/1.22.1", "X-Accel-Redirect"],
  ];
  const location = "/_files";
  const target = "/gr%C3%BCn%20%2541.html";

  for (const [software, header] of known) {
    test(`auto asks ${software} by ${header}`, async () => {
      const answer = await get(
        target,
        { sendfile: "auto", location },
        { variables: { SERVER_SOFTWARE: software } },
      );
      const folder = header === "X-Accel-Redirect" ? location : root;
      assert.equal(answer.header(header), `${folder}/gr%C3%BCn%20%2541.html`);
      assert.equal(answer.header("Content-Type"), "text/html; charset=utf-8");
      assert.equal(answer.text, "");
    });
  }

  test("auto sends the file itself for other servers, and nginx without a location", async () => {
    for (const software of [undefined, "", "Caddy", "tsgi", "nginx/1.22.1"]) {
      const answer = await get(
        target,
        { sendfile: "auto" },
        { variables: { SERVER_SOFTWARE: software } },
      );
      assert.equal(answer.text, "<p>");
    }
  });

  test("is off unless given, whatever the server is", async () => {
    const answer = await get(
      "/a.txt",
      {},
      { variables: { SERVER_SOFTWARE: "Apache" } },
    );
    assert.equal(answer.header("X-Sendfile"), undefined);
    assert.equal(answer.text, "0123456789");
  });
});

test("staticFiles refuses options that make no sense", () => {
  const wrong: StaticFilesOptions[] = [
    { prefix: "static" },
    { prefix: "/static/" },
    { prefix: "/" },
    { location: "files" },
    { sendfile: "X-Accel-Redirect" },
  ];
  for (const options of wrong) {
    assert.throws(() => staticFiles(root, options), { code: "CONFIG" });
  }
});
