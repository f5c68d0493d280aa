import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type {
  Application,
  Chunk,
  ResponseBody,
  Status,
} from "../../src/common/types.ts";
import { lint } from "../../src/lint/index.ts";
import { type CascadeOptions, cascade } from "../../src/middleware/cascade.ts";
import { BodyFeed, begin, request, TEXT } from "../support/in-process.ts";

/** An application that states its status at once, or in the first step of its body. */
function saying(
  status: Status,
  closed: string[] = [],
  isLate = false,
): Application {
  return lint((_environ, startResponse) => {
    if (!isLate) startResponse(status, TEXT);
    return {
      *[Symbol.iterator](): Generator<Chunk> {
        if (isLate) startResponse(status, TEXT);
        yield status;
      },
      close: () => closed.push(status),
    } as ResponseBody;
  });
}

const never: Application = () => assert.fail("asked in vain");

describe("cascade", () => {
  for (const isLate of [false, true]) {
    const when = isLate ? " in its first step" : "";

    test(`G5.03 asks the next one after a 404${when}, with the body closed`, async () => {
      const closed: string[] = [];
      const application = cascade([
        saying("404 Not Found", closed, isLate),
        saying("404 Not There", closed, isLate),
        saying("200 OK", closed, isLate),
        never,
      ]);
      const answer = await request(lint(application));
      assert.equal(answer.errors, "");
      assert.equal(answer.status, "200 OK");
      assert.equal(answer.text, "200 OK");
      assert.deepEqual(closed, ["404 Not Found", "404 Not There", "200 OK"]);
    });

    test(`G5.03 lets the last one have its 404${when}`, async () => {
      const closed: string[] = [];
      const application = cascade([
        saying("404 Not Found", closed, isLate),
        saying("404 Not There", closed, isLate),
      ]);
      const answer = await request(lint(application));
      assert.equal(answer.text, "404 Not There");
      assert.deepEqual(closed, ["404 Not Found", "404 Not There"]);
    });

    test(`passes on the statuses it is told${when}`, async () => {
      const application = cascade(
        [
          saying("405 Method Not Allowed", [], isLate),
          saying("404 Not Found", [], isLate),
          never,
        ],
        { statuses: [405] },
      );
      const answer = await request(lint(application));
      assert.equal(answer.text, "404 Not Found");
    });

    test(`passes an error on, and asks nobody else${when}`, async () => {
      const failing: Application = isLate
        ? // biome-ignore lint/correctness/useYield: it fails before.
          function* () {
            throw new Error("broken");
          }
        : () => Promise.reject(new Error("broken"));
      const answer = await request(cascade([failing, never]));
      assert.equal(answer.status, "500 Internal Server Error");
      assert.match(answer.errors, /broken/);
    });
  }

  test("G5.03 answers 404 where there is nobody to ask", async () => {
    const answer = await request(lint(cascade([])));
    assert.equal(answer.status, "404 Not Found");
  });

  test("drops what is written with a 404", async () => {
    const application = cascade([
      async (_environ, startResponse) => {
        await startResponse("404 Not Found", TEXT)("dropped");
        return ["dropped"];
      },
      saying("200 OK"),
    ]);
    const answer = await request(lint(application));
    assert.equal(answer.text, "200 OK");
  });

  test("asks the next one after a start that became a 404", async () => {
    const application = cascade([
      (_environ, startResponse) => {
        startResponse("404 Not Found", TEXT);
        startResponse("503 Service Unavailable", TEXT, new Error("busy"));
        return "busy";
      },
      never,
    ]);
    const answer = await request(lint(application));
    assert.equal(answer.status, "503 Service Unavailable");
    assert.equal(answer.text, "busy");
  });

  test("gives each an environ of its own", async () => {
    const seen: unknown[] = [];
    const application = cascade([
      (environ, startResponse) => {
        environ.PATH_INFO = "/moved";
        environ["my.key"] = 1;
        startResponse("404 Not Found", TEXT);
        return "";
      },
      (environ, startResponse) => {
        seen.push(environ.PATH_INFO, "my.key" in environ);
        startResponse("204 No Content", []);
        return [];
      },
    ]);
    await request(lint(application), { target: "/a" });
    assert.deepEqual(seen, ["/a", false]);
  });

  test("A10.04 logs what the close() of a dropped body throws", async () => {
    const dropped = Object.assign(["x"], {
      close() {
        throw new Error("cannot close");
      },
    });
    const application = cascade([
      (_environ, startResponse) => {
        startResponse("404 Not Found", TEXT);
        return dropped;
      },
      saying("200 OK"),
    ]);
    const answer = await request(application);
    assert.equal(answer.text, "200 OK");
    assert.match(answer.errors, /^close\(\) failed: .*cannot close/);
  });

  test("A10.09 closes the body of one that answers after the request was given up", async () => {
    const gate = new BodyFeed();
    let close = () => {};
    const closed = new Promise<void>((resolve) => {
      close = resolve;
    });
    const answer = begin(
      cascade([
        saying("404 Not Found", [], true),
        async () => {
          answer.abort();
          await gate.next();
          return Object.assign(["late"], { close });
        },
      ]),
      { options: { abortGraceMs: 0 } },
    );
    await answer.ended;
    assert.equal(answer.outcome, "aborted");
    gate.end();
    await closed;
  });

  test("A10.09 closes the body of one whose writing nobody asks for any more", async () => {
    let close = () => {};
    const closed = new Promise<void>((resolve) => {
      close = resolve;
    });
    const answer = await request(
      cascade([
        saying("404 Not Found", [], true),
        async (_environ, startResponse) => {
          const write = startResponse("200 OK", [
            ...TEXT,
            ["Content-Length", "1"],
          ]);
          await write("A");
          await write("B")?.catch(() => {});
          return Object.assign(["C"], { close });
        },
      ]),
    );
    assert.equal(answer.text, "A");
    await closed;
  });

  for (const [name, applications, options] of [
    ["no function", ["x"], {}],
    ["a status that is none", [never], { statuses: [99] }],
    ["a status that is no number", [never], { statuses: ["404"] }],
  ] as const) {
    test(`refuses ${name}`, () => {
      assert.throws(
        () =>
          cascade(
            applications as unknown as Application[],
            options as unknown as CascadeOptions,
          ),
        { code: "CONFIG" },
      );
    });
  }
});
