// --lint of the commands: off unless asked for, but on in the preview.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { BIN, CGI_VARIABLES, folder, run } from "./command.ts";
import { ask, respond } from "./programs.ts";
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

const arrow = (text: string) =>
  text.slice("export default ".length).replace(/;\s*$/, "");

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

test("tsgi-fcgi checks an application with --lint only, and goes on", async (t) => {
  for (const args of [[], ["--lint"]]) {
    const root = folder(t, {
      "app.mjs": `const odd = ${arrow(ODD)};
const broken = ${arrow(BROKEN)};
export default (environ, startResponse) =>
  (environ.PATH_INFO === "/odd" ? odd : broken)(environ, startResponse);
`,
    });
    const { command } = await respond(t, root, [...args, "app.mjs"]);
    const socket = join(root, "s");
    const broken = await ask(socket, { PATH_INFO: "/broken" });
    const odd = await ask(socket, { PATH_INFO: "/odd" });
    command.child.kill("SIGTERM");
    const { status, stderr } = await command.ended;
    assert.deepEqual([odd.status, odd.body, status], [200, "x", 0]);
    if (args.length === 0) {
      assert.equal(broken.status, 404);
      assert.doesNotMatch(stderr, /F[56]\.[0-9]/);
      continue;
    }
    assert.equal(broken.status, 500);
    assert.match(broken.errors, /Cannot pass F6\.16, rule D1\.11: /);
    assert.match(odd.errors, /F5\.05, rule A7\.02: .*app\.mjs:2:3/);
  }
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
