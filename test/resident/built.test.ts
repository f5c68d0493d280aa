// The file of `tsgi build --resident`, alone in a folder: relay, one-shot program and responder.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startOf } from "../../src/cli/serving/resident-preamble.ts";
import { type Site, siteFor } from "./site.ts";

const TSGI = fileURLToPath(new URL("../../bin/tsgi", import.meta.url));
const APPLICATION = `module.exports = (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return process.pid + " " + !environ["tsgi.run_once"];
};`;
const perl = existsSync("/usr/bin/perl") ? false : "no perl";

/** A site whose program is the built file. */
function builtSite(t: TestContext, ...flags: string[]): Site {
  const site = siteFor(t, { application: APPLICATION });
  const base = `--resident-base=${site.folder}`;
  const args = [
    "build",
    "--resident",
    base,
    ...flags,
    "app.js",
    "-o",
    "built.cgi",
  ];
  const { status, stderr } = spawnSync(TSGI, args, {
    cwd: site.folder,
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  // In the place of the other one, so that its inode stays.
  writeFileSync(site.script, readFileSync(join(site.folder, "built.cgi")));
  return site;
}

test("a built file alone serves one-shot first, and then stays", {
  skip: perl,
}, async (t) => {
  const site = builtSite(t);
  assert.match(await site.text(), / false$/);
  await site.listens();
  const second = await site.text();
  assert.match(second, / true$/);
  assert.equal(await site.text(), second);
  assert.match(await site.text({ env: { TSGI_RESIDENT: "0" } }), / false$/);
  // A new version, as FTP puts it: into the same file.
  writeFileSync(site.script, `${readFileSync(site.script, "latin1")}`);
  assert.match(await site.text(), / false$/);
  await site.listens();
  assert.notEqual(await site.text(), second);
});

test("a built file with CR LF at the ends of lines does the same", {
  skip: perl,
}, async (t) => {
  const site = builtSite(t);
  const text = readFileSync(site.script, "latin1");
  writeFileSync(site.script, text.replaceAll("\n", "\r\n"), "latin1");
  await site.warm();
  assert.match(await site.text(), / true$/);
});

test("words of the URL make no responder of a built file", {
  skip: perl,
}, async (t) => {
  const site = builtSite(t);
  const { stdout } = spawnSync(site.script, ["--socket", "/tmp/x", "5"], {
    cwd: site.folder,
    encoding: "utf8",
    env: {
      PATH: `${process.env.PATH}`,
      TSGI_RESIDENT: "0",
      GATEWAY_INTERFACE: "CGI/1.1",
      REQUEST_METHOD: "GET",
      REQUEST_URI: "/?--socket+/tmp/x+5",
      SCRIPT_NAME: "",
      SERVER_NAME: "localhost",
      SERVER_PORT: "80",
      SERVER_PROTOCOL: "HTTP/1.1",
    },
  });
  assert.match(stdout, / false$/);
});

test("where there is no perl, tsgi build says so and the file stays one-shot", () => {
  const none = startOf({ resident: true }, "1.0.0", undefined, "/no/perl");
  assert.match(none.warning ?? "", /^There is no \/no\/perl here/);
  assert.match(none.preamble, /^#!\/usr\/bin\/env -S \/bin\/sh\n/);
  const named = { resident: true, residentPerl: "/opt/perl" };
  const { preamble, warning } = startOf(named, "1.0.0", undefined, "/no/perl");
  assert.equal(warning, undefined);
  assert.match(preamble, /^#!\/opt\/perl -X\n/);
});
