// The suite over one of our front ends, with its declared differences.
import assert from "node:assert/strict";
import { test } from "node:test";
import { conformance, type StartServer } from "../../src/testing/index.ts";
import { differs, type FrontEnd } from "./differences.ts";

export function conformanceOver(frontEnd: FrontEnd, start: StartServer): void {
  conformance(start, {
    test: (name, run) =>
      test(`${name} (${frontEnd})`, () =>
        differs(frontEnd, name) ? assert.rejects(run()) : run()),
  });
}
