// The compiled code that a start leaves for the next one.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { VARIABLES } from "../cgi/host.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const OTHERS_WRITE = 0o777;

test("tsgi-cgi leaves compiled code at its first request, and uses it", (t) => {
  const site = install(t);
  assert.equal(site.serve(), "hello");
  const [name, ...others] = site.caches();
  assert.ok(name?.startsWith(`tsgi-cgi.cjs.${process.version}-`));
  assert.deepEqual(others, []);
  const file = join(site.dist, name as string);
  const before = readFileSync(file);
  // V8 checks the length of the source only: what it runs now is what was compiled before.
  const bundle = join(site.dist, "tsgi-cgi.cjs");
  const source = readFileSync(bundle, "utf8");
  writeFileSync(bundle, source.replace("Status: ", "Sxxxxx: "));
  assert.match(site.run().stdout, /^Status: 200 OK\r$/m);
  assert.deepEqual(readFileSync(file), before);
});

test("tsgi-cgi ignores compiled code that is damaged", (t) => {
  const site = install(t);
  site.serve();
  const file = join(site.dist, site.caches()[0] as string);
  writeFileSync(file, readFileSync(file).subarray(0, 1000));
  assert.equal(site.serve(), "hello");
});

test("tsgi-cgi leaves nothing where others may write, or after a failure", (t) => {
  const site = install(t);
  assert.equal(site.run("missing.cjs").status, 66);
  assert.deepEqual(site.caches(), []);
  chmodSync(site.dist, OTHERS_WRITE);
  assert.equal(site.serve(), "hello");
  assert.deepEqual(site.caches(), []);
});

test("tsgi-cgi keeps compiled code for each set of flags", (t) => {
  const site = install(t);
  site.serve();
  assert.equal(site.run("app.cjs", ["--hash-seed=2"]).status, 0);
  assert.equal(site.caches().length, 2);
});

test("tsgi-cgi shows no frame of its own where an application cannot be loaded", (t) => {
  const site = install(t);
  writeFileSync(join(site.dist, "../bad.cjs"), 'throw new Error("no");');
  const { stderr } = site.run("bad.cjs");
  assert.match(stderr, /at .*bad\.cjs:1:7/);
  assert.doesNotMatch(stderr, /tsgi-cgi/);
});

/** A copy of the bundles, and an application. */
function install(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "tsgi-code-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const dist = join(folder, "dist");
  cpSync(join(ROOT, "bin"), join(folder, "bin"), { recursive: true });
  mkdirSync(dist);
  for (const name of readdirSync(join(ROOT, "dist"))) {
    if (name.endsWith(".cjs"))
      cpSync(join(ROOT, "dist", name), join(dist, name));
  }
  writeFileSync(
    join(folder, "app.cjs"),
    `module.exports = (environ, startResponse) => {
      startResponse("200 OK", [["Content-Type", "text/plain"]]);
      return "hello";
    };`,
  );
  const run = (application = "app.cjs", flags: readonly string[] = []) =>
    spawnSync(
      process.execPath,
      [...flags, join(folder, "bin/tsgi-cgi"), application],
      { cwd: folder, encoding: "utf8", env: { ...VARIABLES } },
    );
  return {
    dist,
    run,
    serve: () => run().stdout.split("\r\n\r\n")[1],
    caches: () => readdirSync(dist).filter((name) => name.endsWith(".cache")),
  };
}
