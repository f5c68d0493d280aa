import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { furtherEntries } from "../../src/cli/commands/explain-further.ts";
import { codeGroups, codes } from "../../src/doctor/codes/index.ts";
import { entries } from "../../src/explain/index.ts";
import { findingTables } from "./table.ts";

const page = readFileSync(
  new URL("../../docs/doctor.md", import.meta.url),
  "utf8",
);

test("docs/doctor.md has the table of findings, row for row", () => {
  const shown = page.slice(page.indexOf("### ")).trimEnd();
  assert.equal(shown, findingTables());
});

test("codes are words of their own, each in one group, and tsgi explain knows each", () => {
  const all = Object.values(codeGroups).flatMap((group) => Object.keys(group));
  assert.deepEqual([...all].sort(), Object.keys(codes).sort());
  for (const code of all) {
    assert.match(code, /^[A-Z]+(?:_[A-Z]+)+$/);
    const told = [...entries, ...furtherEntries];
    assert.equal(told.filter(({ id }) => id === code).length, 1, code);
  }
});

test("rows say what they have to say in clauses", () => {
  for (const [code, { title, causes }] of Object.entries(codes)) {
    assert.match(title, /^.{8,90}[^.]$/, code);
    for (const { cause, proof, cure } of causes) {
      for (const text of [cause, proof, cure])
        assert.match(text, /^.{2,}[^.]$/, code);
    }
  }
});
