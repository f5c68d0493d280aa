import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TsgiError } from "../../src/common/errors.ts";
import type { Application, Header } from "../../src/common/types.ts";
import {
  type CatchErrorsOptions,
  catchErrors,
} from "../../src/middleware/catch-errors.ts";
import {
  BodyFeed,
  begin,
  hello,
  type InProcessRequest,
  request,
  TEXT,
} from "../support/in-process.ts";
import { between } from "./between.ts";

const HTML: Header = ["Accept", "text/html,application/xml;q=0.9,*/*;q=0.8"];

const failing: Application = () => {
  throw new TypeError("secret of the house <b>");
};

function caught(
  application: Application,
  init?: InProcessRequest,
  options?: CatchErrorsOptions,
): ReturnType<typeof request> {
  return request(catchErrors(options)(application), init);
}

describe("G5.05 catchErrors for visitors", () => {
  const forms: readonly [accept: string | undefined, type: string][] = [
    [undefined, "text/plain; charset=utf-8"],
    ["*/*", "text/plain; charset=utf-8"],
    ["image/png", "text/plain; charset=utf-8"],
    [HTML[1], "text/html; charset=utf-8"],
    ["application/json", "application/json"],
  ];
  for (const [accept, type] of forms) {
    test(`answers Accept: ${accept} with ${type}, and tells no detail`, async () => {
      const headers: Header[] = accept ? [["Accept", accept]] : [];
      const answer = await caught(failing, { headers });
      assert.equal(answer.status, "500 Internal Server Error");
      assert.equal(answer.header("Content-Type"), type);
      assert.equal(answer.outcome, "completed");
      assert.doesNotMatch(answer.text, /secret|TypeError|\.ts/);
      const [, incident] =
        /incident ([0-9a-f]{8}): GET \/: TypeError: secret/.exec(
          answer.errors,
        ) ?? [];
      assert.ok(incident && answer.text.includes(incident));
    });
  }

  test("keeps the contract between two validators, also where it answers itself", async () => {
    const late: Application = async function* (_environ, startResponse) {
      startResponse("200 OK", TEXT);
      yield "";
      throw new Error("oops");
    };
    const cases: [Application, method: string][] = [
      [failing, "GET"],
      [failing, "HEAD"],
      [late, "GET"],
    ];
    for (const [application, method] of cases) {
      const served = between(catchErrors(), application);
      const answer = await request(served, { method });
      assert.equal(answer.status, "500 Internal Server Error");
      assert.doesNotMatch(answer.errors, /Cannot pass|LINT/);
    }
  });

  test("sends headers alone to HEAD", async () => {
    const answer = await caught(failing, { method: "HEAD" });
    assert.equal(answer.status, "500 Internal Server Error");
    assert.equal(answer.text, "");
  });

  test("takes the status from the error", async () => {
    const statuses: [error: unknown, status: string][] = [
      [Object.assign(new Error("no"), { status: 404 }), "404 Not Found"],
      [Object.assign(new Error("no"), { statusCode: 403 }), "403 Forbidden"],
      [
        Object.assign(new Error("no"), { status: 200 }),
        "500 Internal Server Error",
      ],
      [
        Object.assign(new Error("no"), { status: 999 }),
        "500 Internal Server Error",
      ],
      [
        new TsgiError("BODY_TOO_LARGE", "Cannot read: too large"),
        "413 Content Too Large",
      ],
    ];
    for (const [error, status] of statuses) {
      const answer = await caught(() => {
        throw error;
      });
      assert.equal(answer.status, status);
    }
  });

  test("leaves other responses as they are", async () => {
    const plain = await request(hello);
    const answer = await caught(hello);
    assert.equal(answer.head, plain.head);
    assert.equal(answer.text, plain.text);
    assert.equal(answer.errors, "");
  });
});

const failures: Record<string, Application> = {
  "a rejection": async () => {
    throw new Error("oops");
  },
  "an error after startResponse": (_environ, startResponse) => {
    startResponse("200 OK", [...TEXT, ["Set-Cookie", "a=1"]]);
    throw new Error("oops");
  },
  "an error in the first step": function* (_environ, startResponse) {
    startResponse("200 OK", [...TEXT, ["Set-Cookie", "a=1"]]);
    yield "";
    throw new Error("oops");
  },
  // biome-ignore lint/correctness/useYield: it fails before
  "an error in the first step of an async body": async function* (
    _environ,
    startResponse,
  ) {
    startResponse("200 OK", TEXT);
    throw new Error("oops");
  },
  "headers that startResponse refuses": (_environ, startResponse) => {
    startResponse("200 OK", [["a b", "oops"]]);
    return "";
  },
  "a result that is no body": (() => 7) as unknown as Application,
  "a chunk that is none": ((_environ, startResponse) => {
    startResponse("200 OK", TEXT);
    return [7];
  }) as Application,
  "a later chunk that is none": ((_environ, startResponse) => {
    startResponse("200 OK", TEXT);
    return ["", 7];
  }) as Application,
  "no startResponse before text": () => "oops",
  "no startResponse before nothing": () => [],
  "no startResponse in a generator": function* () {},
  undefined: () => {
    throw undefined;
  },
  "what throws when it is looked at": () => {
    throw new Proxy(new Error("oops"), {
      get() {
        throw new Error("no");
      },
    });
  },
};

describe("G5.05 catchErrors catches", () => {
  for (const [what, application] of Object.entries(failures)) {
    for (const development of [false, true]) {
      const where = development ? "in development" : "in production";
      test(`${what}, ${where}`, async () => {
        const answer = await caught(
          application,
          { headers: [HTML] },
          { development },
        );
        assert.equal(answer.status, "500 Internal Server Error");
        assert.equal(answer.header("Set-Cookie"), undefined);
        assert.match(answer.text, /^<!doctype html>/);
        assert.match(answer.errors, /^tsgi: incident [0-9a-f]{8}: GET \/: /);
        assert.equal(answer.outcome, "completed");
      });
    }
  }

  test("A13.09 closes the body that failed, once", async () => {
    let closed = 0;
    const bodies = [
      {
        // biome-ignore lint/correctness/useYield: it fails before
        *[Symbol.iterator](): Generator<string> {
          throw new Error("oops");
        },
        close: () => closed++,
      },
      Object.assign([7 as unknown as string], { close: () => closed++ }),
    ];
    for (const body of bodies) {
      closed = 0;
      const answer = await caught((_environ, startResponse) => {
        startResponse("200 OK", TEXT);
        return body;
      });
      assert.equal(answer.status, "500 Internal Server Error");
      assert.equal(closed, 1);
    }
  });

  test("nothing after the first chunk: the response is cut off", async () => {
    const answer = await caught(
      async function* (_environ, startResponse) {
        startResponse("200 OK", TEXT);
        yield "A";
        throw new Error("oops");
      },
      {},
      { development: true },
    );
    assert.equal(answer.text, "A");
    assert.deepEqual([answer.outcome, answer.cut], ["failed", true]);
    assert.equal(answer.errors.match(/oops/g)?.length, 1);
  });

  test("nothing where the request was given up", async () => {
    const answer = begin(
      catchErrors()(async (environ) => {
        await environ["tsgi.input"].read();
        return "never";
      }),
      { body: new BodyFeed() },
    );
    answer.abort();
    await answer.served;
    assert.equal(answer.head, undefined);
    assert.equal(answer.errors, "");
  });
});

describe("G5.05 catchErrors for developers", () => {
  const development = true;
  const init: InProcessRequest = {
    target: "/a?token=t0ken&x=1",
    headers: [
      HTML,
      ["Authorization", "Basic cGFzcw=="],
      ["Cookie", "sid=c00kie"],
      ["X-Api-Key", "k3y"],
      ["X-Pin", "p1n"],
      ["Referer", "http://h/?password=pa55&y=2"],
    ],
    variables: { "my.session": "s3ssion" },
  };

  test("shows name, message, place and source, escaped", async () => {
    const { text } = await caught(failing, init, { development });
    assert.match(
      text,
      /<small>TypeError<\/small>secret of the house &#60;b&#62;/,
    );
    assert.match(text, /<mark><i>\d+<\/i> {2}throw new TypeError\(/);
    assert.match(
      text,
      /<figcaption>test\/middleware\/catch-errors\.test\.ts:\d+:\d+</,
    );
    assert.match(text, /<li class="own"><b>failing<\/b>/);
    assert.match(text, /<li><b>Run\.#perform<\/b>/);
    assert.doesNotMatch(text, /house <b>/);
  });

  test("masks what is secret, in whatever form", async () => {
    const forms = [HTML[1], "application/json", "text/plain"];
    for (const accept of forms) {
      const headers: Header[] = [
        ["Accept", accept],
        ...(init.headers ?? []).slice(1),
      ];
      const { text } = await caught(
        failing,
        { ...init, headers },
        { development, secrets: /pin$/i },
      );
      assert.doesNotMatch(text, /t0ken|cGFzcw|c00kie|k3y|p1n|pa55|s3ssion/);
      assert.match(text, /HTTP_COOKIE/);
      assert.match(text, /token=•••&(#38;)?x=1/);
      assert.match(text, /y=2/);
    }
  });

  test("tells programs the same as JSON", async () => {
    const { text } = await caught(
      failing,
      { headers: [["Accept", "application/json"]] },
      { development },
    );
    const report = JSON.parse(text);
    assert.equal(report.name, "TypeError");
    assert.equal(report.frames[0].name, "failing");
    assert.equal(report.environ.REQUEST_METHOD, "GET");
    assert.match(report.incident, /^[0-9a-f]{8}$/);
  });

  test("does without a stack and without a source", async () => {
    const error = Object.assign(new Error("oops"), {
      stack: "Error: oops\n    at f (/nowhere/x.js:3:4)",
    });
    for (const thrown of ["oops", error]) {
      const { text } = await caught(
        () => {
          throw thrown;
        },
        init,
        { development },
      );
      assert.match(text, /oops/);
      assert.doesNotMatch(text, /<figure>/);
    }
  });
});
