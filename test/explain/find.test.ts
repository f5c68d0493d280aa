import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findByName, findInLine } from "../../src/explain/index.ts";

const REFUSED = "Cannot listen on /run/app.sock: another process listens there";

for (const [what, line, id, cause] of [
  [
    "a line of the log",
    `{"level":50,"time":"2026-11-28T03:00:00.000Z","pid":1,"code":"LISTEN","msg":"${REFUSED}"}`,
    "LISTEN",
    "another process listens there",
  ],
  [
    "a line of the log that journald has put a name before",
    `Nov 28 03:00:00 host tsgi-fcgi[1]: {"level":50,"pid":1,"code":"LISTEN","msg":"${REFUSED}"}`,
    "LISTEN",
    "another process listens there",
  ],
  [
    "a line with the error inside",
    '{"level":60,"msg":"uncaughtException outside of any request","err":{"type":"TsgiError","message":"Cannot write: the request has ended","code":"ENDED"}}',
    "ENDED",
    "a callback or a promise nobody awaited writes or reads too late",
  ],
  [
    "what a command says",
    `tsgi-fcgi: ${REFUSED}; stop that, or choose another address`,
    "LISTEN",
    "another process listens there",
  ],
  [
    "what an error stream has",
    "tsgi: the application failed: GET /x: TIMEOUT: Cannot wait for the application: it took longer than 1000 ms",
    "TIMEOUT",
    "the application took longer than --request-timeout, or than timeout() of tsgi/middleware",
  ],
  [
    "what an error stream has, inside of nginx's line",
    `2026/11/28 03:31:40 [error] 1#1: *149 FastCGI sent in stderr: "tsgi: the application failed: GET /: TsgiError: Cannot use status "200": it must be like "200 OK", with a code from 200 to 599" while reading response header from upstream`,
    "STATUS",
    "a status without its reason, or a code below 200 or above 599",
  ],
  [
    "a code without a message we know",
    '{"level":40,"code":"LIMIT","msg":"something new"}',
    "LIMIT",
    undefined,
  ],
  [
    "a message that is short, where its code is known",
    '{"level":40,"code":"CONFIG","msg":"Cannot frob: it is none"}',
    "CONFIG",
    "a middleware or the library was given options it cannot use",
  ],
  [
    "a word of the system in what is unknown otherwise",
    "Error: EMFILE: too many open files, open '/dev/null'",
    "EMFILE",
    undefined,
  ],
] as const) {
  test(`findInLine knows ${what}`, () => {
    const [found] = findInLine(line);
    assert.equal(found?.entry.id, id);
    assert.equal(found?.cause?.cause, cause);
  });
}

for (const line of [
  "",
  "Cannot frob",
  "all is well",
  "{",
  '{"msg":1}',
  '{"level":30,"pid":1,"msg":"listening on /run/app.sock"}',
  "EACCESS and ENOENTRY are no words",
  "x".repeat(100_000),
]) {
  test(`findInLine has nothing to say about ${line.slice(0, 60) || "nothing"}`, () => {
    assert.deepEqual(findInLine(line), []);
  });
}

test("findInLine ranks what explains more first, and names each entry once", () => {
  const line = `{"code":"LISTEN","msg":"${REFUSED}","cause":"listen EADDRINUSE: address already in use"}`;
  const ids = findInLine(line).map(({ entry }) => entry.id);
  assert.deepEqual(ids, ["LISTEN", "EADDRINUSE"]);
});

describe("findByName", () => {
  for (const [name, ids] of [
    ["LISTEN", ["LISTEN"]],
    ["listen", ["LISTEN"]],
    ["eacces", ["EACCES"]],
    ["nginx-timeout", ["nginx-timeout"]],
    ["AH01075", ["apache-closed-early", "apache-timeout"]],
    ["AH99999", []],
    ["constructor", []],
    ["", []],
  ] as const) {
    test(`knows ${name || "nothing"}`, () => {
      const found = findByName(name).map(({ entry }) => entry.id);
      assert.deepEqual(found, ids);
    });
  }
});
