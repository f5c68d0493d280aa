// The suite over one of our front ends, with its declared differences.
import assert from "node:assert/strict";
import { test } from "node:test";
import { conformanceTests, type StartServer } from "../../src/testing/index.ts";
import { differs, type FrontEnd } from "./differences.ts";

export function conformanceOver(frontEnd: FrontEnd, start: StartServer): void {
  for (const { name, run } of conformanceTests(start)) {
    test(`${name} (${frontEnd})`, async (context) => {
      if (differs(frontEnd, name)) await assert.rejects(run());
      else if (!(await run())) context.skip("no client of HTTP can ask it");
    });
  }
}
