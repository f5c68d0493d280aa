// What startResponse does when it is called with an error (PEP 3333, "The start_response() Callable").
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ResponseBody, Write } from "../../src/common/types.ts";
import { request, TEXT } from "../support/in-process.ts";

test("A6.06 E5.12 a call with an error replaces status and headers wholly", async () => {
  const answer = await request((_environ, startResponse) => {
    startResponse("200 OK", [
      ["X", "1"],
      ["Content-Length", "5"],
    ]);
    startResponse("500 Oops", [["Y", "2"]], new Error("x"));
    return ["ab", "c"];
  });
  assert.deepEqual(answer.headers, [
    ["Y", "2"],
    ["Status", "500 Oops"],
  ]);
  assert.equal(answer.text, "abc");
});

test("A6.06 a replacement that is refused leaves nothing of what it replaced", async () => {
  const answer = await request((_environ, startResponse) => {
    startResponse("200 OK", [["X", "1"]]);
    assert.throws(
      () =>
        startResponse("500 Oops", [["Connection", "close"]], new Error("x")),
      {
        code: "HEADER",
      },
    );
    return "x";
  });
  assert.equal(answer.status, "500 Internal Server Error");
  assert.equal(answer.header("X"), undefined);
});

for (const thrown of [
  new Error("x"),
  "a string",
  0,
  Symbol("s"),
  { code: 1 },
]) {
  test(`A6.07 E5.12 once the headers are sent, a call with ${typeof thrown} throws that very value`, async () => {
    let caught: unknown;
    const answer = await request(function* (_environ, startResponse) {
      startResponse("200 OK", TEXT);
      yield "a";
      try {
        startResponse("500 Oops", [["Y", "2"]], thrown);
      } catch (error) {
        caught = error;
        throw error;
      }
    });
    assert.equal(caught, thrown);
    assert.deepEqual([answer.status, answer.text], ["200 OK", "a"]);
    assert.deepEqual([answer.outcome, answer.cut], ["failed", true]);
  });
}

for (const error of [undefined, null]) {
  test(`A6.08 ${error} is no error`, async () => {
    const answer = await request((_environ, startResponse) => {
      startResponse("200 OK", TEXT, error);
      assert.throws(() => startResponse("201 Created", TEXT, error), {
        code: "START_RESPONSE",
      });
      return [];
    });
    assert.equal(answer.status, "200 OK", answer.errors);
  });
}

for (const error of [0, "", false, Number.NaN, 0n]) {
  test(`A6.08 ${typeof error} ${String(error)} is an error`, async () => {
    const answer = await request((_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      startResponse("500 Oops", TEXT, error);
      return [];
    });
    assert.equal(answer.status, "500 Oops");
  });
}

const swallowers: Record<
  string,
  (again: () => void, w: Write) => ResponseBody
> = {
  "yields on": function* (again) {
    yield "a";
    again();
    yield "b";
    yield "c";
  },
  "yields on, asynchronously": async function* (again) {
    yield "a";
    again();
    yield "b";
  },
  "returns a body": (again, write) => {
    write("a");
    again();
    return "b";
  },
  "returns chunks": (again, write) => {
    write("a");
    again();
    return ["b", "c"];
  },
  "writes on": (again, write) => {
    write("a");
    again();
    write("b");
    return [];
  },
};
for (const [what, body] of Object.entries(swallowers)) {
  test(`A6.07 A6.09 an application that swallows what was thrown back and ${what} is stopped`, async () => {
    const answer = await request((_environ, startResponse) => {
      const write = startResponse("200 OK", TEXT);
      return body(() => {
        try {
          startResponse("500 Oops", TEXT, new Error("too late"));
        } catch {}
      }, write);
    });
    assert.equal(answer.text, "a");
    assert.deepEqual([answer.outcome, answer.cut], ["failed", true]);
    assert.match(answer.errors, /too late/);
  });
}

test("A6.10 a first call may carry an error", async () => {
  const answer = await request((_environ, startResponse) => {
    startResponse("500 Oops", TEXT, new Error("x"));
    return "page";
  });
  assert.deepEqual([answer.status, answer.text], ["500 Oops", "page"]);
  assert.equal(answer.errors, "");
});

test("A6.11 the application sees what is wrong, and may recover with an error", async () => {
  const answer = await request((_environ, startResponse) => {
    try {
      startResponse("200 OK", [["Bad Name", "x"]]);
    } catch (error) {
      startResponse("500 Oops", TEXT, error);
    }
    return "recovered";
  });
  assert.deepEqual([answer.status, answer.text], ["500 Oops", "recovered"]);
});
