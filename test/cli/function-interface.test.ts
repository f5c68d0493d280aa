import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type FunctionInterface,
  functionInterface,
  likelyInterface,
} from "../../src/cli/loading/function-interface.ts";

/** Sources, as a compiler or a person may leave them. */
const CASES: readonly (readonly [
  source: string,
  told: FunctionInterface | undefined,
])[] = [
  ["(environ, startResponse) => {}", "tsgi"],
  ["async function (environ, start) {}", "tsgi"],
  ["({ PATH_INFO }, startResponse) => {}", "tsgi"],
  ["function app(env, start_response) {}", "tsgi"],
  ["environ => {}", "tsgi"],
  ["(req, res) => {}", "node"],
  ["async function handler(\n  request,\n  response,\n) {}", "node"],
  ["(_req, res) => {}", "node"],
  ["(req, res, next) => {}", "node"],
  ["(request) => {}", "fetch"],
  ["async req => {}", "fetch"],
  ["(request, env, ctx) => {}", "fetch"],
  ["(a, b) => {}", undefined],
  ["(a) => {}", undefined],
  ["(...all) => {}", undefined],
  ["() => {}", undefined],
  ["(reqs, results) => {}", undefined],
];

for (const [source, told] of CASES) {
  test(`functionInterface takes ${JSON.stringify(source)} for ${told ?? "neither"}`, () => {
    const value = new Function(`return ${source}`)();
    assert.equal(functionInterface(value, undefined), told);
  });
}

test("functionInterface prefers the name of the export", () => {
  const value = (req: unknown, res: unknown): unknown => [req, res];
  assert.equal(functionInterface(value, "application"), "tsgi");
  assert.equal(functionInterface(value, "fetch"), "fetch");
  assert.equal(functionInterface(value, "handler"), "node");
});

test("functionInterface knows nothing of a function without a source", () => {
  const bound = ((a: unknown) => a).bind(undefined);
  assert.equal(functionInterface(bound, undefined), undefined);
});

test("likelyInterface counts parameters", () => {
  assert.equal(
    likelyInterface((a: unknown) => a),
    "fetch",
  );
  assert.equal(
    likelyInterface((a: unknown, b: unknown) => [a, b]),
    "tsgi",
  );
  assert.equal(
    likelyInterface(() => {}),
    "tsgi",
  );
});
