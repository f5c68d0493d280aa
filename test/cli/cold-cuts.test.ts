// What is advised, by figures that are made up: those of real starts differ each time.
import assert from "node:assert/strict";
import { test } from "node:test";
import { cutsOf, type Findings } from "../../src/cli/commands/cold-cuts.ts";
import { packagesOf, partsOf } from "../../src/cli/commands/cold-parts.ts";

const HELLO: Findings = {
  parts: { total: 30, node: 25, tsgi: 4, application: 1 },
  packages: [],
  variables: [],
  uncompiled: undefined,
};

const textsOf = (findings: Findings): string[] =>
  cutsOf(findings).map(({ text }) => text.slice(0, 30));

test("cutsOf advises nothing where nothing is to be saved", () => {
  assert.deepEqual(cutsOf(HELLO), []);
});

test("cutsOf begins with what saves most", () => {
  const parts = { total: 100, node: 25, tsgi: 5, application: 70 };
  const packages = [
    { name: "express", ms: 80, files: 30 },
    { name: "node:http", ms: 40, files: 1 },
    { name: "debug", ms: 20, files: 4 },
    { name: "small", ms: 0, files: 1 },
  ];
  const variables = [
    { name: "NODE_EXTRA_CA_CERTS", ms: 90 },
    { name: "NODE_OPTIONS", ms: 2 },
  ];
  const uncompiled = "/usr/lib/node_modules/tsgi/dist/";
  assert.deepEqual(textsOf({ parts, packages, variables, uncompiled }), [
    "NODE_EXTRA_CA_CERTS is set her",
    // Watched, the packages took twice the time they take.
    "express: 40 ms of 100; load it",
    "36 modules are found and read ",
    "node:http: 20 ms of 100; load ",
    "debug: 10 ms of 100; load it w",
    "tsgi-cgi is compiled at each s",
  ]);
});

test("partsOf takes medians, and no time for negative", () => {
  assert.deepEqual(partsOf([20, 99, 22], [26, 25, 90], [24, 80, 23]), {
    total: 24,
    node: 22,
    tsgi: 4,
    application: 0,
  });
});

test("packagesOf adds up the files of a package, over several starts", () => {
  const start = (ms: number) => [
    { name: "/site/app.js", ms },
    { name: "/site/node_modules/a/one.js", ms: 2 },
    { name: "/site/node_modules/a/two.js", ms },
    { name: "/site/node_modules/a/node_modules/@b/c/d.js", ms: 1 },
    { name: "node:http", ms: 9 },
  ];
  assert.deepEqual(packagesOf([start(4), start(6), start(99)]), [
    { name: "node:http", ms: 9, files: 1 },
    { name: "a", ms: 8, files: 2 },
    { name: "/site", ms: 6, files: 1 },
    { name: "@b/c", ms: 1, files: 1 },
  ]);
});
