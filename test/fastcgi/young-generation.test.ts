// What a request leaves behind must be gone with the next collection of V8's young generation: a chain
// from one request to the next would keep them all until the old one is collected, at many times the cost.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(
  new URL("../support/many-requests.ts", import.meta.url),
);

for (const kind of ["tsgi", "node"]) {
  test(`Connection leaves nothing of its requests to the old generation (${kind})`, () => {
    // Without optimisation, which hides some of the chains; and with a small young generation.
    const flags = ["--no-opt", "--max-semi-space-size=1", "--import", "tsx"];
    const output = execFileSync(
      process.execPath,
      [...flags, program, kind, "30000"],
      { encoding: "utf8" },
    );
    const { young, old } = JSON.parse(output);
    assert.ok(young > 100, `the young generation was collected ${young} times`);
    assert.ok(
      old * 150 < young,
      `the old generation was collected ${old} times, the young one ${young} times`,
    );
  });
}
