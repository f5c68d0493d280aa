import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { clauses } from "../conformance/clauses.ts";
import { codeBlocks, root } from "./blocks.ts";
import { typeErrors } from "./types.ts";

const document = "docs/specification.md";
const markdown = readFileSync(join(root, document), "utf8");

test("specification states every rule of A once, in order, with its level", () => {
  const rules = clauses.filter(({ id }) => id.startsWith("A"));
  const stated = [
    ...markdown.matchAll(/^- \*\*(A\d+\.\d\d)\*\* (.*(?:\n {2}.*)*)/gm),
  ];
  assert.deepEqual(
    stated.map(([, id]) => id),
    rules.map(({ id }) => id),
  );
  for (const [index, [, id, text = ""]] of stated.entries()) {
    const { level } = rules[index] ?? { level: "" };
    assert.match(text, new RegExp(`\\*\\*${level.toLowerCase()}\\b`), id);
  }
});

test("specification lists the rules of B, C and D as the clauses do", () => {
  const rows = [
    ...markdown.matchAll(/^\| ([BCD]\d+\.\d\d) \| (.*) \| (.*) \|$/gm),
  ];
  assert.deepEqual(
    rows.map(([, id, level, rule]) => ({ id, level, rule })),
    clauses
      .filter(({ id }) => !id.startsWith("A"))
      .map(({ id, level, rule }) => ({ id, level, rule })),
  );
});

test("specification has a heading for every section of the clauses", () => {
  const sections = new Set(clauses.map(({ id }) => id.split(".")[0]));
  for (const section of sections) {
    assert.match(markdown, new RegExp(`^### ${section} `, "m"));
  }
});

test("specification refers to rules that exist", () => {
  const ids = new Set(clauses.map(({ id }) => id));
  const sections = new Set(clauses.map(({ id }) => id.split(".")[0]));
  for (const [name] of markdown.matchAll(/\b[ABCD]\d+\.\d\d\b/g)) {
    assert.ok(ids.has(name), name);
  }
  for (const [, name] of markdown.matchAll(/\(([ABCD]\d+)\)/g)) {
    assert.ok(sections.has(name), name);
  }
});

test("specification has examples that compile, and types that are the package's", () => {
  const files = new Map<string, string>();
  for (const { name, text } of codeBlocks(document)) {
    files.set(join(root, "docs", name), text);
  }
  // The listing of a contract has no use for JSDoc types.
  files.set(
    join(root, "docs/hello.js"),
    `/** @type {import("tsgi").Application} */\n${files
      .get(join(root, "docs/hello.js"))
      ?.replace("export default", "")}\nexport default hello`,
  );
  files.set(join(root, "docs/agreement.ts"), AGREEMENT);
  assert.deepEqual(typeErrors(files), []);
});

const AGREEMENT = `
import type * as Shown from "./contract.ts";
import type * as Real from "tsgi";
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
export const agreement: {
  chunk: Same<Shown.Chunk, Real.Chunk>;
  body: Same<Shown.ResponseBody, Real.ResponseBody>;
  status: Same<Shown.Status, Real.Status>;
  header: Same<Shown.Header, Real.Header>;
  write: Same<Shown.Write, Real.Write>;
  startResponse: Same<Shown.StartResponse, Real.StartResponse>;
  application: Same<Shown.Application, Real.Application>;
  middleware: Same<Shown.Middleware, Real.Middleware>;
} = {
  chunk: true, body: true, status: true, header: true,
  write: true, startResponse: true, application: true, middleware: true,
};
`;
