// What `tsgi build` tells, in short and in full.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type BuildReport, reportText } from "../../src/build/report.ts";

const REPORT: BuildReport = {
  output: "/srv/app.cgi",
  bytes: 300 * 1024,
  packages: [
    { name: "express", files: 2, bytes: 2048 },
    { name: undefined, files: 1, bytes: 100 },
  ],
  findings: [{ where: "app.ts:3", what: "starts another program" }],
  state: [{ where: "app.ts:1", what: '"visits" is a variable' }],
  warnings: ["app.ts:7: Duplicate key"],
};
const QUIET: BuildReport = {
  ...REPORT,
  packages: [],
  findings: [],
  state: [],
  warnings: [],
};

test("reportText tells in short what to look at", () => {
  assert.equal(
    reportText(REPORT, false),
    `/srv/app.cgi: 300 KiB, with 1 package
warning: app.ts:7: Duplicate key
look at app.ts:3: it starts another program
1 place seems to keep state in memory, which CGI loses after each request; --report names it
`,
  );
});

test("reportText has one line where there is nothing to look at", () => {
  assert.equal(
    reportText(QUIET, false),
    "/srv/app.cgi: 300 KiB, with no packages\n",
  );
});

test("reportText tells in full what is in the file, and where it keeps state", () => {
  const text = reportText(REPORT, true);
  assert.match(text, /^ +2 KiB {2}express \(2 files\)$/m);
  assert.match(text, /^ +1 KiB {2}the application \(1 file\)$/m);
  assert.match(text, /^ +298 KiB {2}the runner for CGI and FastCGI/m);
  assert.match(text, /^ {2}app\.ts:1: "visits" is a variable$/m);
  assert.match(
    reportText(QUIET, true),
    /Nothing was found that keeps state in memory/,
  );
});

test("reportText says, in short as in full, where nothing looked for state", () => {
  for (const isDetailed of [false, true]) {
    assert.match(
      reportText({ ...QUIET, state: undefined }, isDetailed),
      /^State in memory was not looked for: .*npm install/m,
    );
  }
});
