import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../../src/cli/exit-codes.ts";
import { parseArguments } from "../../src/cli/options/arguments.ts";
import { optionGroups, optionsOf } from "../../src/cli/options/options.ts";

const options = optionsOf(optionGroups);

test("parseArguments reads the options before the application", () => {
  const { given, application } = parseArguments(
    ["--mount", "/app", "--max-body=1m", "--show-errors", "app.js"],
    options,
  );
  assert.equal(application, "app.js");
  assert.deepEqual(
    [...given],
    [
      ["mount", ["/app"]],
      ["max-body", ["1m"]],
      ["show-errors", ["on"]],
    ],
  );
});

test("B1.11 parseArguments takes nothing that follows the application for an option", () => {
  const { given, application } = parseArguments(
    ["app.cgi", "--show-errors", "-s", "--config=/etc/passwd"],
    options,
  );
  assert.equal(application, "app.cgi");
  assert.deepEqual([...given], []);
});

test("parseArguments collects what is repeated, and reads --no- as off", () => {
  const { given } = parseArguments(
    ["--environ", "A=1", "--no-multiplex", "--environ=B=2", "app.js"],
    options,
  );
  assert.deepEqual(given.get("environ"), ["A=1", "B=2"]);
  assert.deepEqual(given.get("multiplex"), ["off"]);
});

test("parseArguments ends options at --", () => {
  const { application } = parseArguments(["--", "--app"], options);
  assert.equal(application, "--app");
});

test("parseArguments finds no application where there is none", () => {
  const { application } = parseArguments(["--show-errors"], options);
  assert.equal(application, undefined);
});

for (const [argument, message] of [
  [
    "--mout",
    "Cannot use --mout: there is no such option (did you mean --mount?)",
  ],
  ["-x", "Cannot use -x: there is no such option"],
  [
    "-mount",
    "Cannot use -mount: there is no such option (did you mean --mount?)",
  ],
  [
    "--no-mount",
    "Cannot use --no-mount: there is no such option (did you mean --mount?)",
  ],
  [
    "--show-errors=1",
    "Cannot use --show-errors=1: --show-errors takes no value",
  ],
  ["--mount", "Cannot use --mount: its value is missing, a path such as /app"],
] as const) {
  test(`parseArguments refuses ${argument} alone`, () => {
    assert.throws(
      () => parseArguments([argument], options),
      (error: unknown) => {
        assert.ok(error instanceof UsageError);
        assert.equal(error.message, message);
        return true;
      },
    );
  });
}
