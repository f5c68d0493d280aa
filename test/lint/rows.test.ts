// Each row of section F: an application that breaks it, and one that keeps it.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Application, Middleware } from "../../src/common/types.ts";
import {
  type Finding,
  LintError,
  type LintOptions,
  lint,
  rules,
} from "../../src/lint/index.ts";
import { request } from "../support/in-process.ts";
import { bodyRows } from "./rows/body.ts";
import { callingRows, transparent } from "./rows/calling.ts";
import { environRows } from "./rows/environ.ts";
import { headRows } from "./rows/head.ts";
import type { AnyFunction, Row } from "./rows/row.ts";
import { streamRows } from "./rows/streams.ts";

const tested: readonly Row[] = [
  ...callingRows,
  ...environRows,
  ...streamRows,
  ...headRows,
  ...bodyRows,
];

const pass = transparent as unknown as Middleware;
const positions: readonly [string, (options: LintOptions) => Middleware][] = [
  ["outside", (options) => (application) => lint(pass(application), options)],
  ["inside", (options) => (application) => pass(lint(application, options))],
];

/** Rules which bind applications or validators, so that no test of a server can show them. */
const SHOWN_HERE = ["A4.11", "A5.04", "A7.10", "A10.10", "C9.03", "D1.09"];

for (const row of tested) {
  const { rule = "" } = rules.find(({ id }) => id === row.id) ?? {};
  const ids = SHOWN_HERE.includes(rule) ? `${row.id} ${rule}` : row.id;
  for (const [position, validator] of positions) {
    test(`${ids} lint finds, ${position} of middleware: ${row.name}`, async () => {
      const { findings, answer } = await ask(row, row.failing, validator);
      const found = findings.map(({ id, level }) => `${id} ${level}`);
      assert.ok(found.includes(`${row.id} ${row.level}`), found.join());
      assert.equal(
        found[0],
        `${row.id} ${row.level}`,
        "and nothing else first",
      );
      const isFailed = row.level === "error" && !row.isLate;
      assert.equal(answer.outcome, isFailed ? "failed" : "completed");
    });

    test(`${ids} lint finds nothing, ${position}, instead of: ${row.name}`, async () => {
      const { findings, answer } = await ask(row, row.passing, validator);
      assert.deepEqual(findings, []);
      assert.equal(answer.outcome, "completed", answer.errors);
    });
  }
}

test("F1.01 lint refuses what is not a function, when it wraps it", () => {
  for (const wrong of [undefined, null, {}, "app", [() => ""]]) {
    assert.throws(() => lint(wrong as unknown as Application), LintError);
  }
  lint(() => "");
  lint(class {} as unknown as Application);
});

test("rules are tested where they are checked, at all their levels", () => {
  const shown = new Set(tested.map(({ id, level }) => `${id} ${level}`));
  shown.add("F1.01 error");
  const checked = rules.flatMap(({ id, levels }) =>
    levels.map((level) => `${id} ${level}`),
  );
  assert.deepEqual([...shown].sort(), checked.sort());
});

async function ask(
  row: Row,
  application: (checked: Middleware) => unknown,
  validator: (options: LintOptions) => Middleware,
) {
  const findings: Finding[] = [];
  const onFinding = (finding: Finding) => findings.push(finding);
  const answer = await request(
    application(validator({ onFinding })) as AnyFunction as never,
    row.request,
  );
  return { findings, answer };
}
