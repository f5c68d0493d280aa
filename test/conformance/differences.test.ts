// docs/deployment.md against the table.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { flagName } from "../../src/cli/options/option.ts";
import { groupsFor, optionsOf } from "../../src/cli/options/options.ts";
import { conformanceCases } from "../../src/testing/index.ts";
import { differences } from "./differences.ts";

const page = readFileSync(
  new URL("../../docs/deployment.md", import.meta.url),
  "utf8",
);

test("differences name cases that exist", () => {
  for (const { name } of differences) {
    if (name === undefined) continue;
    assert.ok(conformanceCases.some((one) => one.name.startsWith(name), name));
  }
});

test('"The other engine" lists the differences of node-fastcgi, and the options without effect', () => {
  const [, section = ""] = page.split("\n## The other engine\n");
  const [text = ""] = section.split("\n## ");
  const [, ...bullets] = text.split("\n- ");
  const flags = new Map<string, string>(
    optionsOf(groupsFor("tsgi-fcgi")).map((option) => [
      option.key,
      flagName(option),
    ]),
  );
  const expected = differences
    .filter(({ ids }) => ids.includes("node-fastcgi"))
    .map(({ reason, ignores = [] }) => {
      const names = ignores.map((name) => `\`${flags.get(name)}\``);
      const told =
        names.length > 0 ? ` (without effect: ${names.join(", ")})` : "";
      return reason + told;
    });
  const listed = bullets.map((bullet) =>
    bullet.replace(/\s+/g, " ").replace(/[;.] ?$/, ""),
  );
  assert.deepEqual(listed, expected);
});
