// What an application must not be able to put into a header block, on purpose or by accident.
import assert from "node:assert/strict";
import { test } from "node:test";
import { TsgiError } from "../../src/common/errors.ts";
import { headerBlock, responseHead } from "../../src/common/response.ts";
import type { Header, ResponseBody, Status } from "../../src/common/types.ts";
import { inProcessSettings, request, TEXT } from "../support/in-process.ts";

const injections: Record<string, { status?: string; header?: string[] }> = {
  "CR LF in a value": { header: ["X", "a\r\nSet-Cookie: b"] },
  "LF in a value": { header: ["X", "a\nSet-Cookie: b"] },
  "CR in a value": { header: ["X", "a\rSet-Cookie: b"] },
  "NUL in a value": { header: ["X", "a\0"] },
  "CR LF at the end of a value": { header: ["X", "a\r\n"] },
  "CR LF in a name": { header: ["X\r\nY", "a"] },
  "a colon in a name": { header: ["X: y", "a"] },
  "CR LF in a status": { status: "200 OK\r\nX: y" },
  "LF at the end of a status": { status: "200 OK\n" },
  "U+010D U+010A, whose low bytes are CR LF": {
    header: ["X", "a\u010d\u010aSet-Cookie: x"],
  },
  "U+560D U+560A in a value": { header: ["X", "a\u560d\u560aY: z"] },
  "U+FF0D U+FF0A in a status": { status: "200 OK\uff0d\uff0aX: y" },
  "a line separator": { header: ["X", "a\u2028b"] },
};
for (const [kind, { status = "200 OK", header }] of Object.entries(
  injections,
)) {
  for (const door of ["a first call", "a call with an error"]) {
    test(`A7.07 D1.01 D1.02 E5.14 ${kind} is refused by ${door}, and nothing of it sent`, async () => {
      const headers = (header === undefined
        ? []
        : [header]) as never as Header[];
      const answer = await request((_environ, startResponse) => {
        if (door === "a first call") startResponse(status as Status, headers);
        startResponse("200 OK", TEXT);
        startResponse(status as Status, headers, new Error("x"));
        return "x";
      });
      assert.deepEqual(
        answer.headers.map(([name]) => name),
        ["Content-Type", "Content-Length", "Status"],
      );
      assert.equal(answer.status, "500 Internal Server Error");
      assert.equal(answer.head?.split("\r\n").length, 5);
    });
  }
}

test("D1.03 every code unit that would be encoded as NUL, LF or CR is refused", () => {
  for (let high = 0; high < 0x10000; high += 0x100) {
    for (const low of [0x00, 0x0a, 0x0d]) {
      const text = `a${String.fromCharCode(high + low)}b`;
      assert.throws(() => responseHead(`200 ${text}`, [], 65_536), TsgiError);
      for (const header of [
        ["X", text],
        [text, "x"],
      ] as const) {
        assert.throws(
          () => responseHead("200 OK", [header], 65_536),
          TsgiError,
        );
      }
    }
  }
});

test("A9.04 D1.04 a body that looks like headers stays a body", async () => {
  const body = "Foo: Bar\r\n\r\nHello\n\r\nStatus: 500 x\r\n";
  const answer = await request((_environ, startResponse) => {
    startResponse("200 OK", TEXT);
    return [body, body];
  });
  assert.equal(answer.status, "200 OK");
  assert.equal(answer.header("Foo"), undefined);
  assert.equal(answer.text, body + body);
});

test("A6.13 D1.05 what was checked is what is sent: each part of a header is read once", async () => {
  const reads: PropertyKey[] = [];
  const changing = new Proxy(["X", "ok"], {
    get(target, key) {
      if (typeof key === "string" && /^\d/.test(key)) reads.push(key);
      const isFirst = reads.filter((read) => read === key).length === 1;
      if (key === "0") return isFirst ? "X" : "X\r\nY";
      if (key === "1") return isFirst ? "ok" : "a\r\nb";
      return Reflect.get(target, key);
    },
  }) as never as Header;
  const answer = await request((_environ, startResponse) => {
    startResponse("200 OK", [changing]);
    return ["a", "b"];
  });
  assert.equal(answer.head, "X: ok\r\nStatus: 200 OK\r\n\r\n");
  assert.deepEqual(reads.toSorted(), ["0", "1"]);
});

test("D1.06 an object in place of a string is refused, and not asked to be one", async () => {
  const asked: string[] = [];
  const disguised = {
    toString: () => asked.push("toString"),
    valueOf: () => asked.push("valueOf"),
    [Symbol.toPrimitive]: () => asked.push("toPrimitive"),
  } as never;
  const headers: Header[] = [
    ["X", disguised],
    [disguised, "x"],
    [new String("X") as never, "x"],
    ["X", new String("x") as never],
  ];
  for (const header of headers) {
    assert.throws(() => responseHead("200 OK", [header], 65_536), {
      code: "HEADER",
    });
  }
  assert.deepEqual(asked, []);
});

for (const name of ["Location", "Content-Type"]) {
  test(`D1.08 ${name} may appear once`, () => {
    const headers: Header[] = [
      [name, "a"],
      [name.toLowerCase(), "a"],
    ];
    assert.throws(() => responseHead("200 OK", headers, 65_536), {
      code: "HEADER",
      message: `Cannot send "${name}" twice: it may appear once`,
    });
  });
}

test("D1.10 the headers that name a file to the web server pass", () => {
  for (const name of [
    "X-Sendfile",
    "X-Accel-Redirect",
    "X-LIGHTTPD-send-file",
  ]) {
    const head = responseHead("200 OK", [[name, "/a b"]], 65_536);
    assert.equal(head.fields, `${name}: /a b\r\n`);
  }
});

test("A7.14 D1.11 no Content-Type is made up, and its absence is warned of once", async () => {
  const settings = inProcessSettings();
  const told: string[] = [];
  for (const body of ["<script>", "<b>"]) {
    const answer = await request(
      (_environ, startResponse) => {
        startResponse("200 OK", []);
        return body;
      },
      { settings },
    );
    assert.equal(answer.header("Content-Type"), undefined);
    told.push(answer.errors);
  }
  assert.deepEqual(told, [
    "tsgi: warning: GET /: a response with a body has no Content-Type\n",
    "",
  ]);
});

const large: Record<string, { status?: string; headers: Iterable<Header> }> = {
  "one large header": { headers: [["X", "x".repeat(1_000)]] },
  "many headers": { headers: Array<Header>(100_000).fill(["X", "x"]) },
  "endless headers": {
    headers: (function* () {
      for (;;) yield ["X", "x"] as const;
    })(),
  },
  "an endless repetition of Content-Length": {
    headers: (function* () {
      for (;;) yield ["Content-Length", "1"] as const;
    })(),
  },
  "a large status": { status: `200 ${"x".repeat(1_000)}`, headers: [] },
};
for (const [kind, { status = "200 OK", headers }] of Object.entries(large)) {
  test(`D1.13 ${kind} above the limit is answered with 500`, async () => {
    const answer = await request(
      (_environ, startResponse) => {
        startResponse(status as Status, headers);
        return "x";
      },
      { options: { maxHeaderBytes: 1_000 } },
    );
    assert.equal(answer.status, "500 Internal Server Error");
    assert.match(answer.errors, /exceed 1000 bytes/);
  });
}

test("D1.13 a header block of exactly the limit is sent", async () => {
  const headers: Header[] = [["X", "x".repeat(79)]];
  const size = headerBlock(responseHead("200 OK", headers, 65_536)).length;
  assert.equal(size, 102);
  assert.doesNotThrow(() => responseHead("200 OK", headers, size));
  assert.throws(() => responseHead("200 OK", headers, size - 1), {
    code: "HEADER",
  });
});

test("D1.13 headers that web servers refuse are warned of once, whatever their size", async () => {
  const settings = inProcessSettings();
  const told: string[] = [];
  for (const size of [9_000, 9_001, 20_000]) {
    const answer = await request(
      (_environ, startResponse) => {
        startResponse("200 OK", [...TEXT, ["X", "x".repeat(size)]]);
        return "x";
      },
      { settings },
    );
    assert.equal(answer.status, "200 OK");
    told.push(answer.errors);
  }
  assert.match(told[0] ?? "", /^tsgi: warning: GET \/: a response has more/);
  assert.deepEqual(told.slice(1), ["", ""]);
});

test("responseHead trims a value full of blanks in linear time", () => {
  // An expression would take minutes, and the test with it.
  const value = `a${" ".repeat(1_000_000)}b`;
  const head = responseHead("200 OK", [["X", value]], 2_000_000);
  assert.equal(head.fields, `X: ${value}\r\n`);
});

test("E5.14 a header nobody checks before is answered with 500", async () => {
  const bodies: ResponseBody[] = ["x", ["x"], []];
  for (const body of bodies) {
    const answer = await request((_environ, startResponse) => {
      startResponse("200 OK", [["X Y", "1"]]);
      return body;
    });
    assert.equal(answer.status, "500 Internal Server Error");
    assert.match(answer.errors, /Cannot use header name "X Y"/);
  }
});
