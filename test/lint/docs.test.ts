import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { rules } from "../../src/lint/index.ts";
import { clauses } from "../conformance/clauses.ts";
import { lintTables } from "./table.ts";

const page = readFileSync(
  new URL("../../docs/lint.md", import.meta.url),
  "utf8",
);

test("docs/lint.md has the table of the validator, row for row", () => {
  const shown = page.slice(page.indexOf("## F1 ")).trimEnd();
  assert.equal(shown, lintTables());
});

test("rules are complete and in order", () => {
  const counts = new Map<string, number>();
  for (const { id } of rules) {
    const [section = ""] = id.split(".");
    const number = (counts.get(section) ?? 0) + 1;
    counts.set(section, number);
    assert.equal(id, `${section}.${String(number).padStart(2, "0")}`);
  }
  assert.deepEqual([...counts.values()], [11, 40, 15, 6, 7, 27, 27]);
});

test("rules name a rule of the specification, or an RFC", () => {
  const ids = new Set(clauses.map(({ id }) => id));
  for (const { id, levels, rule, check, advice } of rules) {
    if (levels.length > 0) {
      assert.ok(
        ids.has(rule) || /^RFC \d+ [\d.]+$/.test(rule),
        `${id}: ${rule}`,
      );
    } else assert.ok(rule === "–" || ids.has(rule), `${id}: ${rule}`);
    assert.match(check, /^\w.{8,}[^.]$/, id);
    assert.match(advice, /^.{8,}[^.]$/, id);
  }
});
