// --lint of the commands: off unless asked for, but on in the preview.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { BIN, CGI_VARIABLES, folder, run } from "./command.ts";
import { run as tsgi } from "./tsgi.ts";

const ODD = `export default (environ, startResponse) => {
  startResponse("200 ", [["Content-Type", "text/plain"]]);
  return "x";
};
`;

const BROKEN = `export default (environ, startResponse) => {
  startResponse("404 Gone", []);
  return "x";
};
`;

async function serve(
  t: Parameters<typeof run>[0],
  text: string,
  env: Readonly<Record<string, string>>,
): ReturnType<typeof run> {
  const app = join(folder(t, { "app.mjs": text }), "app.mjs");
  return run(t, join(BIN, "tsgi-cgi"), [app], {
    env: { ...CGI_VARIABLES, ...env },
  });
}

test("tsgi-cgi does not check an application unless asked to", async (t) => {
  const { stdout, stderr } = await serve(t, ODD, {});
  assert.match(stdout, /^Status: 200 \r$/m);
  assert.equal(stderr, "");
});

test("tsgi-cgi checks an application with --lint, and names its line", async (t) => {
  const odd = await serve(t, ODD, { TSGI_LINT: "on" });
  assert.match(odd.stdout, /^Status: 200 \r$/m);
  assert.match(odd.stderr, /F5\.05, rule A7\.02: .*app\.mjs:2:3/);
  const broken = await serve(t, BROKEN, { TSGI_LINT: "on" });
  assert.match(broken.stdout, /^Status: 500 /m);
  assert.match(broken.stderr, /Cannot pass F6\.16, rule D1\.11: /);
});

test("tsgi-cgi leaves the validator out of its bundle", () => {
  const bundle = readFileSync(join(BIN, "../dist/tsgi-cgi.cjs"), "utf8");
  assert.ok(!bundle.includes("F6.16"));
});

test("tsgi preview checks an application unless told not to", async (t) => {
  const args = (...more: string[]) => [
    "preview",
    ...more,
    "--print-config",
    "app.js",
  ];
  const checked = await tsgi(t, args());
  assert.match(checked.stdout, /^lint +on +tsgi preview$/m);
  const unchecked = await tsgi(t, args("--no-lint"));
  assert.match(unchecked.stdout, /^lint +off +--lint$/m);
});
