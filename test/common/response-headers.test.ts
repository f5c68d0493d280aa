// What may be headers, and what becomes of them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { headerBlock, responseHead } from "../../src/common/response.ts";
import type { Header } from "../../src/common/types.ts";
import { request } from "../support/in-process.ts";

const fields = (headers: unknown): string =>
  responseHead("200 OK", headers as Iterable<Header>, 65_536).fields;

const iterables: Record<string, Iterable<Header>> = {
  "an array": [["X-A", "1"]],
  "an array of another realm": runInNewContext('[["X-A", "1"]]'),
  "a Map": new Map([["X-A", "1"]]),
  "a Set": new Set([["X-A", "1"] as const]),
  "a generator": (function* () {
    yield ["X-A", "1"] as const;
  })(),
};
for (const [kind, headers] of Object.entries(iterables)) {
  test(`A7.04 ${kind} may hold the headers`, () => {
    assert.equal(fields(headers), "X-A: 1\r\n");
  });
}

test("A7.04 A7.11 Headers of the web platform may hold the headers, cookies one by one", () => {
  const headers = new Headers({ "X-A": "1" });
  headers.append("Set-Cookie", "a=1");
  headers.append("Set-Cookie", "b=2");
  assert.equal(
    fields(headers),
    "set-cookie: a=1\r\nset-cookie: b=2\r\nx-a: 1\r\n",
  );
});

const refused: Record<string, { headers: unknown; named: string }> = {
  "a plain object": { headers: { a: "b" }, named: "an object (Object)" },
  undefined: { headers: undefined, named: "undefined" },
  null: { headers: null, named: "null" },
  "a string": { headers: "X: y", named: "a string" },
  "a function": { headers: () => [], named: "a function" },
  "a flat list": { headers: ["a", "b"], named: "a string" },
  "a pair without a value": { headers: [["a"]], named: "an object (Array)" },
  "a pair of three": {
    headers: [["a", "b", "c"]],
    named: "an object (Array)",
  },
  "an empty pair": { headers: [[]], named: "an object (Array)" },
  "a pair that is a string": { headers: ["ab"], named: "a string" },
  "a pair that is an object": {
    headers: [{ 0: "a", 1: "b", length: 2 }],
    named: "an object (Object)",
  },
  "a value that is a number": { headers: [["a", 1]], named: "a number" },
  "a value that is a list": {
    headers: [["a", ["b"]]],
    named: "an object (Array)",
  },
  "a value that is missing": {
    headers: [["a", undefined]],
    named: "undefined",
  },
  "a name that is a number": { headers: [[1, "b"]], named: "a number" },
  "a name that is a symbol": {
    headers: [[Symbol("a"), "b"]],
    named: "a symbol",
  },
};
for (const [kind, { headers, named }] of Object.entries(refused)) {
  test(`A7.04 E3.05 E3.21 ${kind} is refused, by its type`, () => {
    assert.throws(
      () => fields(headers),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, "HEADER");
        assert.ok(error.message.includes(named), error.message);
        return true;
      },
    );
  });
}

test("A7.05 E3.36 E5.14 a name is a token", () => {
  const token = /[!#$%&'*+\-.^_`|~0-9A-Za-z]/;
  for (let code = 0; code < 0x180; code++) {
    const character = String.fromCharCode(code);
    for (const name of [character, `a${character}`, `a${character}b`]) {
      const headers = [[name, "v"]];
      if (token.test(character))
        assert.equal(fields(headers), `${name}: v\r\n`);
      else assert.throws(() => fields(headers), { code: "HEADER" }, name);
    }
  }
  assert.throws(() => fields([["", "v"]]), { code: "HEADER" });
});

test("A7.06 E3.36 E3.37 a value has no control character but the tab, and may be empty", () => {
  for (let code = 0; code < 0x100; code++) {
    const value = `a${String.fromCharCode(code)}b`;
    const isAllowed = code === 9 || (code >= 0x20 && code !== 0x7f);
    const headers = [["X-A", value]];
    if (isAllowed) assert.equal(fields(headers), `X-A: ${value}\r\n`);
    else assert.throws(() => fields(headers), { code: "HEADER" }, value);
  }
  assert.equal(fields([["X-A", ""]]), "X-A: \r\n");
});

test("A7.07 E5.14 no code unit above U+00FF is allowed, wherever it is", () => {
  for (let code = 0x100; code < 0x10000; code++) {
    const character = String.fromCharCode(code);
    assert.throws(() => fields([["X-A", character]]), { code: "HEADER" });
    assert.throws(() => fields([[character, "v"]]), { code: "HEADER" });
    assert.throws(() => responseHead(`200 ${character}`, [], 65_536), {
      code: "STATUS",
    });
  }
});

const spellings: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => name.toUpperCase(),
  (name) => name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase()),
  (name) => name.replace(/^./, (letter) => letter.toUpperCase()),
];
for (const name of [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "trailers",
  "transfer-encoding",
  "upgrade",
]) {
  test(`A7.08 D1.07 E3.19 E5.12 ${name} is refused, however it is spelled`, () => {
    for (const spell of spellings) {
      assert.throws(() => fields([[spell(name), "x"]]), {
        code: "HEADER",
        message: /it belongs to the web server/,
      });
    }
  });
}

test("A7.08 E3.19 other names pass", () => {
  for (const name of ["accept", "cache-control", "date", "pragma", "trailed"]) {
    assert.equal(fields([[name, "x"]]), `${name}: x\r\n`);
  }
  for (const name of ["via", "connections", "x-upgrade", "t-e"]) {
    assert.equal(fields([[name, "x"]]), `${name}: x\r\n`);
  }
});

test("A7.09 D1.07 a header named Status is refused", () => {
  for (const name of ["Status", "status", "STATUS"]) {
    assert.throws(() => fields([[name, "302 x"]]), { code: "HEADER" });
  }
});

test("A7.10 odd names are accepted", () => {
  for (const name of ["Foo-", "Foo_", "0xyz", "_"]) {
    assert.equal(fields([[name, "x"]]), `${name}: x\r\n`);
  }
});

test("A7.11 E5.12 order and spelling are kept, and repeated headers stay lines of their own", async () => {
  const headers: Header[] = [
    ["Set-Cookie", "a=1"],
    ["X-A", "1"],
    ["set-cookie", "b=2"],
    ["x-a", "2"],
  ];
  const answer = await request((_environ, startResponse) => {
    startResponse("200 OK", headers);
    return ["a", "b"];
  });
  assert.deepEqual(answer.headers, [...headers, ["Status", "200 OK"]]);
});

test("A7.12 E5.14 blanks around a value are removed", () => {
  for (const [value, sent] of [
    [" a ", "a"],
    ["\t a \tb\t ", "a \tb"],
    [" ", ""],
    ["\t", ""],
    ["\xa0a\xa0", "\xa0a\xa0"],
  ]) {
    assert.equal(fields([["X-A", value]]), `X-A: ${sent}\r\n`);
  }
});

test("A7.13 names are compared without regard to case", () => {
  const head = responseHead(
    "200 OK",
    [
      ["content-LENGTH", "5"],
      ["CONTENT-type", "text/plain"],
    ],
    65_536,
  );
  assert.equal(head.contentLength, 5);
  assert.equal(head.hasContentType, true);
});

test("A7.14 D1.11 E3.30 nothing is added but Status and a known Content-Length", async () => {
  const whole = await request((_environ, startResponse) => {
    startResponse("200 OK", [["X-A", "1"]]);
    return "x";
  });
  assert.deepEqual(whole.headers, [
    ["X-A", "1"],
    ["Content-Length", "1"],
    ["Status", "200 OK"],
  ]);
  const pieces = await request((_environ, startResponse) => {
    startResponse("200 OK", []);
    return ["x", "y"];
  });
  assert.equal(pieces.head, "Status: 200 OK\r\n\r\n");
});

test("headerBlock puts the status last, which HAProxy needs to leave it as it is", () => {
  const head = responseHead("200 OK", [["Location", "/a"]], 65_536);
  assert.equal(headerBlock(head), "Location: /a\r\nStatus: 200 OK\r\n\r\n");
});
