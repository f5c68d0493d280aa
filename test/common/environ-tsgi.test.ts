// The keys of the environ which the server itself defines.
import assert from "node:assert/strict";
import { test } from "node:test";
import { TsgiError } from "../../src/common/errors.ts";
import type { Application, Environ } from "../../src/common/types.ts";
import {
  begin,
  environOf,
  hello,
  MemoryErrors,
  MemoryOutput,
  request,
  TEXT,
} from "../support/in-process.ts";

test("A2.19 A17.01 the server adds these keys, none of them an extension of the interface", async () => {
  const keys = Object.keys(await environOf());
  assert.deepEqual(keys.filter((key) => key.includes(".")).sort(), [
    "tsgi.cleanup",
    "tsgi.concurrent",
    "tsgi.errors",
    "tsgi.file_wrapper",
    "tsgi.input",
    "tsgi.input_terminated",
    "tsgi.multiprocess",
    "tsgi.multithread",
    "tsgi.quirks",
    "tsgi.run_once",
    "tsgi.signal",
    "tsgi.url_scheme",
    "tsgi.version",
  ]);
});

test("A3.01 tsgi.version is [1, 0], whatever another request did to it", async () => {
  const first = await environOf();
  assert.throws(() => (first["tsgi.version"] as unknown as number[]).push(2));
  assert.deepEqual((await environOf())["tsgi.version"], [1, 0]);
});

const schemes: Record<"http" | "https", (string | undefined)[]> = {
  https: ["on", "ON", "1", "yes", "Yes"],
  http: ["off", "foo", "0", "", undefined],
};
for (const [scheme, values] of Object.entries(schemes)) {
  for (const HTTPS of values) {
    test(`A3.02 E3.15 E3.25 HTTPS=${HTTPS} means ${scheme}`, async () => {
      const environ = await environOf({ variables: { HTTPS } });
      assert.equal(environ["tsgi.url_scheme"], scheme);
    });
  }
}

test("A3.03 E1.18 E1.34 E4.22 a request without a body has an empty input", async () => {
  const errors = new MemoryErrors();
  const lengths = [undefined, "", "0"];
  for (const CONTENT_LENGTH of lengths) {
    const environ = await environOf({ variables: { CONTENT_LENGTH }, errors });
    assert.equal(environ["tsgi.errors"], errors);
  }
  for (const CONTENT_LENGTH of lengths) {
    const answer = await request(
      async (environ, startResponse) => {
        startResponse("200 OK", TEXT);
        return `${(await environ["tsgi.input"].read()).length} bytes`;
      },
      { variables: { CONTENT_LENGTH } },
    );
    assert.equal(answer.text, "0 bytes");
  }
});

test("A3.04 A3.05 A3.07 the flags are booleans and tell how this server works", async () => {
  const cgi = { multiprocess: true, runOnce: true, concurrent: false };
  const fastcgi = { multiprocess: false, runOnce: false, concurrent: true };
  for (const model of [cgi, fastcgi]) {
    const environ = await environOf({ options: model });
    assert.equal(environ["tsgi.multithread"], false);
    assert.equal(environ["tsgi.multiprocess"], model.multiprocess);
    assert.equal(environ["tsgi.run_once"], model.runOnce);
    assert.equal(environ["tsgi.concurrent"], model.concurrent);
    assert.equal(environ["tsgi.input_terminated"], true);
  }
});

test("A3.06 tsgi.signal is not aborted by a normal end", async () => {
  const environ = await environOf();
  assert.ok(environ["tsgi.signal"] instanceof AbortSignal);
  assert.equal(environ["tsgi.signal"].aborted, false);
});

for (const code of ["ABORTED", "DISCONNECTED", "SHUTDOWN"] as const) {
  test(`A3.06 tsgi.signal tells of ${code}`, async () => {
    const reason = new TsgiError(code, "Cannot go on: a test says so");
    let signal: AbortSignal | undefined;
    const answer = begin(async (environ, startResponse) => {
      signal = environ["tsgi.signal"];
      startResponse("200 OK", TEXT);
      await new Promise((resolve) => {
        environ["tsgi.signal"].addEventListener("abort", resolve);
      });
      return "too late";
    });
    answer.abort(reason);
    await answer.ended;
    assert.equal(signal?.reason, reason);
    assert.deepEqual(answer.chunks, []);
    assert.equal(answer.outcome, "aborted");
  });
}

test("A3.06 tsgi.signal, first looked at after the abort, is aborted with its reason", async () => {
  let later: Environ | undefined;
  const answer = begin(async (environ, startResponse) => {
    later = environ;
    startResponse("200 OK", TEXT);
    await environ["tsgi.input"].read().catch(() => {});
    return "";
  }, neverEnding());
  answer.abort(new TsgiError("ABORTED", "first"));
  answer.abort(new TsgiError("DISCONNECTED", "second"));
  await answer.ended;
  assert.equal(later?.["tsgi.signal"].reason.message, "first");
});

test("A3.06 A2.21 the signal of a copy is aborted too", async () => {
  let copy: Environ | undefined;
  const answer = begin(async (environ, startResponse) => {
    copy = { ...environ };
    startResponse("200 OK", TEXT);
    await environ["tsgi.input"].read();
    return "";
  }, neverEnding());
  assert.equal(copy?.["tsgi.signal"].aborted, false);
  answer.abort();
  await answer.ended;
  assert.equal(copy?.["tsgi.signal"].aborted, true);
});

test("tsgi.signal is an enumerable key, the same signal each time", async () => {
  const environ = await environOf();
  assert.ok(Object.keys(environ).includes("tsgi.signal"));
  assert.equal(environ["tsgi.signal"], environ["tsgi.signal"]);
  assert.equal(
    Object.assign({}, environ)["tsgi.signal"],
    environ["tsgi.signal"],
  );
});

test("tsgi.signal can be replaced, in the environ or only in one that inherits from it", async () => {
  const environ = await environOf();
  const original = environ["tsgi.signal"];
  const inner = AbortSignal.abort();
  const child: Environ = Object.create(environ);
  child["tsgi.signal"] = inner;
  assert.equal(child["tsgi.signal"], inner);
  assert.equal(environ["tsgi.signal"], original);
  environ["tsgi.signal"] = inner;
  assert.equal(environ["tsgi.signal"], inner);
  delete (environ as Partial<Environ>)["tsgi.signal"];
  assert.equal("tsgi.signal" in environ, false);
});

test("A3.08 tsgi.cleanup runs after the response has ended, and its errors are logged only", async () => {
  const output = new MemoryOutput();
  const seen: unknown[] = [];
  const answer = await request(
    (environ, startResponse) => {
      environ["tsgi.cleanup"].push(
        () => {
          throw new Error("untidy");
        },
        async () => {
          seen.push(output.outcome);
        },
      );
      return hello(environ, startResponse);
    },
    { output },
  );
  assert.equal(answer.text, "hello");
  assert.deepEqual(seen, ["completed"]);
  assert.match(answer.errors, /tsgi\.cleanup failed.*untidy/);
});

test("A3.09 an application is served again where tsgi.run_once was stated", async () => {
  const options = { runOnce: true };
  for (let count = 0; count < 2; count++) {
    assert.equal((await request(hello, { options })).text, "hello");
  }
});

test("tsgi.data is there for a filter only", async () => {
  assert.equal("tsgi.data" in (await environOf()), false);
  const filter: Application = async (environ, startResponse) => {
    startResponse("200 OK", TEXT);
    return (await environ["tsgi.data"]?.read()) ?? "none";
  };
  const whole = await request(filter, {
    variables: { FCGI_DATA_LENGTH: "4" },
    data: ["da", "ta"],
  });
  assert.equal(whole.text, "data");
  const short = await request(filter, {
    variables: { FCGI_DATA_LENGTH: "5" },
    data: ["da", "ta"],
  });
  assert.equal(short.status, "400 Bad Request");
  const bad = await request(filter, {
    variables: { FCGI_DATA_LENGTH: "0x5" },
    data: [],
  });
  assert.match(bad.errors, /FCGI_DATA_LENGTH "0x5"/);
});

function neverEnding() {
  return { body: { next: () => new Promise<undefined>(() => {}) } };
}
