import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Application, Header } from "../../src/common/types.ts";
import { conditionalGet } from "../../src/middleware/conditional-get.ts";
import { request, TEXT } from "../support/in-process.ts";
import { between } from "./between.ts";

const MODIFIED = "Sun, 06 Nov 1994 08:49:37 GMT";
const STRONG: readonly Header[] = [...TEXT, ["ETag", '"a,b"']];
const WEAK: readonly Header[] = [...TEXT, ["ETag", 'W/"1"']];
const DATED: readonly Header[] = [...TEXT, ["Last-Modified", MODIFIED]];
const BOTH: readonly Header[] = [...STRONG, ["Last-Modified", MODIFIED]];

function page(headers: readonly Header[]): Application {
  return (environ, startResponse) => {
    startResponse("200 OK", headers);
    return environ.REQUEST_METHOD === "HEAD" ? "" : "page";
  };
}

const cases: readonly [
  what: string,
  response: readonly Header[],
  request: readonly Header[],
  status: 200 | 304 | 412,
][] = [
  ["no condition", BOTH, [], 200],
  ["the same tag", STRONG, [["If-None-Match", '"a,b"']], 304],
  ["another tag", STRONG, [["If-None-Match", '"a"']], 200],
  ["a part of the tag", STRONG, [["If-None-Match", "a,b"]], 200],
  ["one tag of a list", STRONG, [["If-None-Match", 'W/"x", "a,b" , "c"']], 304],
  ["a weak tag for a strong one", STRONG, [["If-None-Match", 'W/"a,b"']], 304],
  ["a strong tag for a weak one", WEAK, [["If-None-Match", '"1"']], 304],
  ["any tag", STRONG, [["If-None-Match", "*"]], 304],
  ["a tag where there is none", DATED, [["If-None-Match", '"a"']], 200],
  ["the same date", DATED, [["If-Modified-Since", MODIFIED]], 304],
  [
    "a later date",
    DATED,
    [["If-Modified-Since", "Mon, 07 Nov 1994 00:00:00 GMT"]],
    304,
  ],
  [
    "an earlier date",
    DATED,
    [["If-Modified-Since", "Sun, 06 Nov 1994 08:49:36 GMT"]],
    200,
  ],
  [
    "the date as RFC 850 has it",
    DATED,
    [["If-Modified-Since", "Sunday, 06-Nov-94 08:49:37 GMT"]],
    304,
  ],
  [
    "the date as asctime() has it",
    DATED,
    [["If-Modified-Since", "Sun Nov  6 08:49:37 1994"]],
    304,
  ],
  ["no date", DATED, [["If-Modified-Since", "9999"]], 200],
  [
    "a date where there is none",
    STRONG,
    [["If-Modified-Since", MODIFIED]],
    200,
  ],
  [
    "a tag that differs with a date that does not",
    BOTH,
    [
      ["If-None-Match", '"c"'],
      ["If-Modified-Since", MODIFIED],
    ],
    200,
  ],
  ["If-Match with the tag", STRONG, [["If-Match", '"a,b"']], 200],
  ["If-Match with another", STRONG, [["If-Match", '"c"']], 412],
  ["If-Match with a weak tag", WEAK, [["If-Match", 'W/"1"']], 412],
  ["If-Match with any", WEAK, [["If-Match", "*"]], 200],
  [
    "If-Unmodified-Since before the change",
    DATED,
    [["If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:36 GMT"]],
    412,
  ],
  [
    "If-Match before If-None-Match",
    STRONG,
    [
      ["If-Match", '"c"'],
      ["If-None-Match", '"a,b"'],
    ],
    412,
  ],
];

describe("G5.07 conditionalGet", () => {
  for (const [what, headers, conditions, status] of cases) {
    test(`answers ${status} to ${what}`, async () => {
      for (const method of ["GET", "HEAD"]) {
        const answer = await request(between(conditionalGet(), page(headers)), {
          method,
          headers: conditions,
        });
        assert.equal(Number(answer.status?.slice(0, 3)), status);
        const isSent = status === 200 && method === "GET";
        assert.equal(answer.text, isSent ? "page" : "");
        assert.equal(answer.errors, "");
      }
    });
  }

  test("keeps to GET and HEAD, and to successes", async () => {
    const headers: readonly Header[] = [["If-None-Match", "*"]];
    const post = { method: "POST", headers };
    const answer = await request(conditionalGet()(page(STRONG)), post);
    assert.equal(answer.status, "200 OK");
    const missing = await request(
      conditionalGet()((_environ, startResponse) => {
        startResponse("404 Not Found", STRONG);
        return "no page";
      }),
      { headers },
    );
    assert.equal(missing.text, "no page");
  });

  test("drops the headers that describe the body, and no others", async () => {
    const answer = await request(
      conditionalGet()(
        page([
          ...BOTH,
          ["Content-Length", "4"],
          ["Content-Language", "de"],
          ["Cache-Control", "max-age=1"],
          ["Set-Cookie", "a=1"],
          ["Vary", "Accept"],
        ]),
      ),
      { headers: [["If-None-Match", '"a,b"']] },
    );
    assert.deepEqual(answer.headers.map(([name]) => name).sort(), [
      "Cache-Control",
      "ETag",
      "Last-Modified",
      "Set-Cookie",
      "Status",
      "Vary",
    ]);
  });

  const shapes: Record<string, (closed: () => void) => Application> = {
    "an array": (close) => (_environ, startResponse) => {
      startResponse("200 OK", STRONG);
      return Object.assign(["A", "B"], { close });
    },
    "a generator that starts late": (close) => (_environ, startResponse) => ({
      *[Symbol.iterator]() {
        startResponse("200 OK", STRONG);
        yield "A";
        assert.fail("nobody wants the next chunk");
      },
      close,
    }),
    "an async one": (close) => (_environ, startResponse) => ({
      async *[Symbol.asyncIterator]() {
        startResponse("200 OK", STRONG);
        yield "A";
        assert.fail("nobody wants the next chunk");
      },
      close,
    }),
    "one that writes": (close) => async (_environ, startResponse) => {
      const write = startResponse("200 OK", STRONG);
      await write("A");
      return Object.assign(["B"], { close });
    },
  };
  for (const [shape, make] of Object.entries(shapes)) {
    test(`closes a body it does not send: ${shape}`, async () => {
      let closed = 0;
      const application = between(
        conditionalGet(),
        make(() => closed++),
      );
      const answer = await request(application, {
        headers: [["If-None-Match", '"a,b"']],
      });
      assert.equal(answer.status, "304 Not Modified");
      assert.equal(answer.text, "");
      assert.equal(answer.errors, "");
      assert.equal(answer.outcome, "completed");
      assert.equal(closed, 1);
    });
  }

  test("sends what replaces a start by an error", async () => {
    const answer = await request(
      conditionalGet()((_environ, startResponse) => {
        startResponse("200 OK", STRONG);
        startResponse("500 Internal Server Error", TEXT, new Error("oops"));
        return "sorry";
      }),
      { headers: [["If-None-Match", '"a,b"']] },
    );
    assert.equal(answer.status, "500 Internal Server Error");
    assert.equal(answer.text, "sorry");
  });
});
