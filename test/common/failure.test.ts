// An application that fails: the page, the log, and what was sent already.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { TsgiError, type TsgiErrorCode } from "../../src/common/errors.ts";
import type { Application, ErrorStream } from "../../src/common/types.ts";
import { MemoryOutput, request, TEXT } from "../support/in-process.ts";

const secret = () => new Error("the password is 12345");

const early: Record<string, Application> = {
  "a throw": () => {
    throw secret();
  },
  "a throw after startResponse": (_environ, startResponse) => {
    startResponse("200 OK", [["X-Lost", "1"]]);
    throw secret();
  },
  "a rejection": async (_environ, startResponse) => {
    startResponse("200 OK", [["X-Lost", "1"]]);
    throw secret();
  },
  "an error in the first step": function* (_environ, startResponse) {
    startResponse("200 OK", [["X-Lost", "1"]]);
    yield "";
    throw secret();
  },
  "an error in an asynchronous step": async function* (_environ, start) {
    start("200 OK", [["X-Lost", "1"]]);
    yield "";
    throw secret();
  },
};
for (const [what, application] of Object.entries(early)) {
  test(`A13.01 D1.12 E3.28 E5.13 ${what} is answered with a plain page, its reason kept in the log`, async () => {
    const answer = await request(application, { target: "/page?x=1" });
    const incident = /Incident ([0-9a-f]{8}) \(/.exec(answer.text)?.[1];
    assert.ok(incident);
    const page = `500 Internal Server Error\n\nThe request could not be served. Incident ${incident} (APPLICATION).\n`;
    assert.equal(answer.text, page);
    assert.deepEqual(answer.headers, [
      ["Content-Type", "text/plain; charset=utf-8"],
      ["Content-Length", String(page.length)],
      ["Status", "500 Internal Server Error"],
    ]);
    assert.deepEqual([answer.outcome, answer.cut], ["failed", false]);
    const [first = "", second = ""] = answer.errors.split("\n");
    assert.equal(
      first,
      `tsgi: incident ${incident}: GET /page?x=1: Error: the password is 12345`,
    );
    assert.match(second, /^ +at .*failure\.test\.ts/);
  });
}

test("A13.01 HEAD gets the headers of the page", async () => {
  const answer = await request(early["a throw"] ?? assert.fail(), {
    method: "HEAD",
  });
  assert.equal(answer.status, "500 Internal Server Error");
  assert.ok(Number(answer.header("Content-Length")) > 0);
  assert.equal(answer.body.length, 0);
});

test("A13.01 D1.12 details are shown only where that is asked for", async () => {
  const shown = await request(early["a throw"] ?? assert.fail(), {
    options: { showErrors: true },
  });
  assert.match(shown.text, /the password is 12345\n +at /);
  assert.equal(shown.header("Content-Length"), String(shown.body.length));
});

const late: Record<string, Application> = {
  "a generator": function* (_environ, startResponse) {
    startResponse("200 OK", TEXT);
    yield "x";
    throw secret();
  },
  "an async generator": async function* (_environ, startResponse) {
    startResponse("200 OK", TEXT);
    yield "x";
    throw secret();
  },
  "an application that wrote": (_environ, startResponse) => {
    startResponse("200 OK", TEXT)("x");
    throw secret();
  },
  "an async application that wrote": async (_environ, startResponse) => {
    await startResponse("200 OK", TEXT)("x");
    throw secret();
  },
};
for (const [what, application] of Object.entries(late)) {
  test(`A13.02 E3.29 E5.13 nothing is appended where ${what} fails after the headers were sent`, async () => {
    const trace: string[] = [];
    const answer = await request(application, {
      output: new MemoryOutput(trace),
    });
    assert.deepEqual([answer.status, answer.text], ["200 OK", "x"]);
    assert.deepEqual(trace, ["start", "end"]);
    assert.deepEqual([answer.outcome, answer.cut], ["failed", true]);
    assert.match(answer.errors, /^tsgi: incident .*the password is 12345/);
  });
}

test("A13.02 a failure when all of Content-Length has been sent cuts nothing", async () => {
  const answer = await request((_environ, startResponse) => {
    startResponse("200 OK", [["Content-Length", "1"]])("x");
    throw secret();
  });
  assert.deepEqual([answer.outcome, answer.cut], ["failed", false]);
});

for (const thrown of [
  undefined,
  null,
  "a string",
  0,
  false,
  Symbol("s"),
  Object.freeze({ a: 1 }),
  () => {},
]) {
  test(`A13.03 throwing ${inspect(thrown)} counts as an error`, async () => {
    const applications: Application[] = [
      () => {
        throw thrown;
      },
      () => Promise.reject(thrown),
      // biome-ignore lint/correctness/useYield: it fails before
      function* () {
        throw thrown;
      },
    ];
    for (const application of applications) {
      const answer = await request(application);
      assert.equal(answer.status, "500 Internal Server Error");
      assert.ok(answer.errors.includes(inspect(thrown)), answer.errors);
    }
  });
}

const trap = () => {
  throw new Error("trap");
};
const hostile: Record<string, () => unknown> = {
  "an error whose stack throws": () =>
    Object.defineProperty(new Error("x"), "stack", { get: trap }),
  "an error whose name throws": () =>
    Object.defineProperty(new Error("x"), "name", { get: trap }),
  "an object whose toString throws": () => ({ toString: trap, message: 1 }),
  "an object that throws when inspected": () => ({ [inspect.custom]: trap }),
  "a proxy that throws at every touch": () =>
    new Proxy(new Error("x"), {
      get: trap,
      has: trap,
      getPrototypeOf: trap,
      ownKeys: trap,
      getOwnPropertyDescriptor: trap,
    }),
  "a revoked proxy": () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  "an error that pretends to be ours": () => ({
    name: "TsgiError",
    get code() {
      return trap();
    },
  }),
};
for (const [what, make] of Object.entries(hostile)) {
  test(`A13.04 ${what} is logged somehow, and answered`, async () => {
    for (const showErrors of [false, true]) {
      const answer = await request(
        () => {
          throw make();
        },
        { options: { showErrors } },
      );
      assert.equal(answer.status, "500 Internal Server Error");
      assert.match(answer.errors, /^tsgi: incident [0-9a-f]{8}: GET \/: ./);
    }
  });
}

test("A13.04 the server logs through its own handle, not the environ's", async () => {
  const answer = await request((environ) => {
    for (const key of Object.keys(environ)) {
      (environ as unknown as Record<string, unknown>)[key] = null;
    }
    throw secret();
  });
  assert.equal(answer.status, "500 Internal Server Error");
  assert.match(answer.errors, /GET \/: Error: the password/);
});

test("A5.05 A13.04 a log that throws fails no request", async () => {
  const errors: ErrorStream = { write: trap, writelines: trap, flush: trap };
  const failed = await request(
    () => {
      throw secret();
    },
    { errors },
  );
  assert.equal(failed.status, "500 Internal Server Error");
  const warned = await request(
    (_environ, startResponse) => {
      startResponse("200 OK", []);
      return "a body without a Content-Type";
    },
    { errors },
  );
  assert.deepEqual([warned.status, warned.outcome], ["200 OK", "completed"]);
});

const statuses: readonly (readonly [TsgiErrorCode, string])[] = [
  ["BAD_REQUEST", "400 Bad Request"],
  ["INCOMPLETE_BODY", "400 Bad Request"],
  ["BODY_TOO_LARGE", "413 Content Too Large"],
  ["LIMIT", "431 Request Header Fields Too Large"],
  ["TIMEOUT", "504 Gateway Timeout"],
  ["HEADER", "500 Internal Server Error"],
];
for (const [code, status] of statuses) {
  test(`statusFor answers ${code} with ${status}`, async () => {
    const answer = await request(() => {
      throw new TsgiError(code, "Cannot go on: a test says so");
    });
    assert.equal(answer.status, status);
    assert.ok(answer.text.startsWith(`${status}\n`));
    // Only what the program has done is worth a stack.
    assert.equal(/\n +at /.test(answer.errors), code === "HEADER");
  });
}
