// Cases of Plack's suite about what reaches the client.
import assert from "node:assert/strict";
import { createReadStream, readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import type { Application } from "../../src/common/types.ts";
import {
  answer,
  type Case,
  type CaseResponse,
  digest,
  is,
  TEXT,
} from "./http-case.ts";

const THIS_FILE = new URL(import.meta.url);

const greet: Application = ({ QUERY_STRING }, startResponse) => {
  startResponse("200 OK", TEXT);
  return ["Hello, ", QUERY_STRING];
};
const byName = { target: "/?name=miyagawa", check: is("Hello, name=miyagawa") };

export const responseCases: readonly Case[] = [
  { name: "E1.02 E1.19 a GET with a query", ...byName, application: greet },
  {
    name: "E1.06 a file as a stream",
    application(_environ, startResponse) {
      startResponse("200 OK", TEXT);
      return createReadStream(THIS_FILE);
    },
    check: isThisFile,
  },
  {
    name: "E1.07 E1.08 a file through tsgi.file_wrapper, with its length",
    async application(environ, startResponse) {
      const file = await open(THIS_FILE);
      const { size } = await file.stat();
      startResponse("200 OK", [
        ["Content-Type", "image/jpeg"],
        ["Content-Length", String(size)],
      ]);
      return environ["tsgi.file_wrapper"]?.(file) ?? file.createReadStream();
    },
    check(response) {
      isThisFile(response);
      const { length } = response.body;
      assert.equal(response.header("Content-Length"), String(length));
      assert.equal(response.header("Content-Type"), "image/jpeg");
    },
  },
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

/** A check that the body is this file. */
function isThisFile({ status, body }: CaseResponse): void {
  assert.equal(status, "200 OK");
  assert.equal(digest(body), digest(readFileSync(THIS_FILE)));
}
