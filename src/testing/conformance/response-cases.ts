// Cases of Plack's suite about what reaches the client.
import assert from "node:assert/strict";
import {
  type FileHandle,
  mkdtemp,
  open,
  rm,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Application } from "../../common/types.ts";
import { answer, digest, type HttpCase, is, TEXT } from "./http-case.ts";

const SMALL = Buffer.alloc(2898, "\xff\xd8JFIF\0\n", "latin1");
const LARGE = Buffer.alloc(150_000, "\xff\xd8JFIF\0\n", "latin1");

/** A file with that content, which is gone as soon as it is closed. */
async function fileOf(content: Uint8Array): Promise<FileHandle> {
  const directory = await mkdtemp(join(tmpdir(), "tsgi-case-"));
  const path = join(directory, "file");
  await writeFile(path, content);
  const file = await open(path);
  await rm(directory, { recursive: true });
  return file;
}

/** A file, as a body of stated length. */
function picture(content: Uint8Array): Pick<HttpCase, "application" | "check"> {
  const length = String(content.length);
  return {
    async application(environ, startResponse) {
      const file = await fileOf(content);
      startResponse("200 OK", [
        ["Content-Type", "image/jpeg"],
        ["Content-Length", length],
      ]);
      return environ["tsgi.file_wrapper"]?.(file) ?? file.createReadStream();
    },
    check(response) {
      assert.equal(response.status, "200 OK");
      assert.equal(response.header("Content-Type"), "image/jpeg");
      assert.equal(response.header("Content-Length"), length);
      assert.equal(digest(response.body), digest(content));
    },
  };
}

const greet: Application = ({ QUERY_STRING }, startResponse) => {
  startResponse("200 OK", TEXT);
  return ["Hello, ", QUERY_STRING];
};
const byName = { target: "/?name=miyagawa", check: is("Hello, name=miyagawa") };

/** Of the response: status, headers, every kind of body. */
export const responseCases: readonly HttpCase[] = [
  { name: "E1.02 E1.19 a GET with a query", ...byName, application: greet },
  {
    name: "E1.06 a file as a stream",
    async application(_environ, startResponse) {
      startResponse("200 OK", TEXT);
      return (await fileOf(LARGE)).createReadStream();
    },
    check({ body }) {
      assert.equal(digest(body), digest(LARGE));
    },
  },
  { name: "E1.07 a small file through tsgi.file_wrapper", ...picture(SMALL) },
  { name: "E1.08 a large file through tsgi.file_wrapper", ...picture(LARGE) },
  {
    name: "E1.17 a body that reads line by line",
    application(_environ, startResponse) {
      startResponse("200 OK", TEXT);
      const lines = ["1", "2", "3", "4"];
      return {
        *[Symbol.iterator]() {
          for (let line = lines.shift(); line; line = lines.shift()) yield line;
        },
        close: () => assert.deepEqual(lines, []),
      };
    },
    check: is("1234"),
  },
  {
    name: "E1.20 an application that takes the log away and dies",
    application(environ) {
      Reflect.set(environ, "tsgi.errors", null);
      throw new Error("Throwing an exception from an application");
    },
    check({ status, text }) {
      assert.equal(status, "500 Internal Server Error");
      assert.doesNotMatch(text, /Throwing/);
    },
  },
  {
    name: "E1.22 a repeated response header",
    application: answer(
      "200 OK",
      [...TEXT, ["X-Foo", "foo"], ["X-Foo", "bar, baz"]],
      "hi",
    ),
    check(response) {
      is("hi")(response);
      assert.equal(response.header("x-foo"), "foo, bar, baz");
    },
  },
  {
    name: "E1.24 a 304 has no entity headers and no body",
    application: answer("304 Not Modified", []),
    check(response) {
      assert.equal(response.status, "304 Not Modified");
      for (const name of ["Type", "Length"]) {
        assert.equal(response.header(`Content-${name}`), undefined);
      }
      assert.equal(response.header("Transfer-Encoding"), undefined);
      assert.equal(response.text, "");
    },
  },
  {
    name: "E1.28 a response that comes later",
    ...byName,
    async application(environ, startResponse) {
      await Promise.resolve();
      return greet(environ, startResponse);
    },
  },
  {
    name: "E1.29 a response through write()",
    ...byName,
    async application({ QUERY_STRING }, startResponse) {
      const write = startResponse("200 OK", TEXT);
      await write("Hello, ");
      await write(QUERY_STRING);
      return [];
    },
  },
  {
    name: "E1.29 a response from an async generator",
    ...byName,
    async *application({ QUERY_STRING }, startResponse) {
      startResponse("200 OK", TEXT);
      yield "Hello, ";
      yield QUERY_STRING;
    },
  },
  {
    name: "E1.30 a body that looks like headers",
    application: answer("200 OK", TEXT, "Foo: Bar\r\n\r\nHello World"),
    check(response) {
      is("Foo: Bar\r\n\r\nHello World")(response);
      assert.equal(response.header("Foo"), undefined);
    },
  },
  {
    name: "E1.31 a line feed stays one byte",
    application: answer("200 OK", TEXT, "Bar\nBaz"),
    check: is("Bar\nBaz"),
  },
  {
    name: "E1.32 a 404 with a body",
    application: answer("404 Not Found", TEXT, "Not Found"),
    check({ status, text }) {
      assert.equal(status, "404 Not Found");
      assert.equal(text, "Not Found");
    },
  },
];
