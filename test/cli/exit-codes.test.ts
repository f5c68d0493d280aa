import assert from "node:assert/strict";
import { test } from "node:test";
import {
  EXIT,
  EXIT_MEANINGS,
  exitCodeFor,
  UsageError,
} from "../../src/cli/exit-codes.ts";
import { TsgiError, type TsgiErrorCode } from "../../src/common/errors.ts";

function failure(code: TsgiErrorCode, system?: string): TsgiError {
  const cause = Object.assign(new Error("no"), { code: system });
  return new TsgiError(code, "Cannot", system === undefined ? {} : { cause });
}

for (const [what, error, status] of [
  ["a wrong command line", new UsageError("Cannot"), 2],
  ["an application that cannot be loaded", failure("LOAD"), 66],
  ["one that may not be read", failure("LOAD", "EACCES"), 77],
  ["an address that is taken", failure("LISTEN", "EADDRINUSE"), 69],
  ["an address without a reason", failure("LISTEN"), 69],
  ["an address that is forbidden", failure("LISTEN", "EACCES"), 77],
  ["nobody at an address", failure("CONNECT", "ECONNREFUSED"), 69],
  ["wrong settings", failure("CONFIG"), 78],
  ["settings that are forbidden", failure("CONFIG", "EPERM"), 77],
  ["any other error", new Error("Cannot"), 1],
  ["what is no error", undefined, 1],
] as const) {
  test(`exitCodeFor ${what} is ${status}`, () => {
    assert.equal(exitCodeFor(error), status);
  });
}

test("every exit code is explained", () => {
  const explained = EXIT_MEANINGS.map(([code]) => code);
  for (const code of Object.values(EXIT))
    assert.ok(explained.includes(`${code}`));
});
