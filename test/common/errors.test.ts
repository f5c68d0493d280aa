import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { TsgiError } from "../../src/common/errors.ts";

test("TsgiError has a code, a message and the cause", () => {
  const cause = new Error("ECONNRESET");
  const error = new TsgiError("DISCONNECTED", "Cannot send: gone", { cause });
  assert.ok(error instanceof Error);
  assert.equal(error.name, "TsgiError");
  assert.equal(error.code, "DISCONNECTED");
  assert.equal(error.message, "Cannot send: gone");
  assert.equal(error.cause, cause);
});

test("TsgiError shows its name, message and code in a log", () => {
  const shown = inspect(new TsgiError("HEADER", "Cannot send header"));
  assert.match(shown, /^TsgiError: Cannot send header\n/);
  assert.match(shown, /code: 'HEADER'/);
});

test("TsgiError.is knows errors of another copy of this package, and nothing else", () => {
  class OtherCopy extends Error {
    override readonly name = "TsgiError";
    readonly code = "BODY";
  }
  assert.equal(TsgiError.is(new TsgiError("BODY", "x")), true);
  assert.equal(TsgiError.is(new OtherCopy("x")), true);
  for (const value of [new Error("x"), "TsgiError", null, undefined, {}]) {
    assert.equal(TsgiError.is(value), false);
  }
});
