import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { residentScript, SELF } from "../../src/resident/script.ts";
import { runTsgi } from "./command.ts";

const perl = spawnSync("perl", ["-v"]).status === 0 ? false : "no perl";

/** The Perl program, as one that prints its words. */
function printing(text: string): string {
  const settings = text.match(/^my (?:\$base|@once|@stay|\$pause) = [^;]*;/gm);
  return `${settings?.join("\n")}\nprint join("|", @once), "\\n", join("|", @stay), "\\n$base $pause\\n";\n`;
}

test("residentScript writes words so that perl reads the same", {
  skip: perl,
}, () => {
  const text = residentScript({
    once: ["/a b/node", "it's $HOME @x", "back\\slash", SELF],
    stay: ["\u00e9"],
    base: "/var/tmp",
    pauseSeconds: 7,
  });
  const printed = execFileSync("perl", ["-"], {
    input: printing(text),
    encoding: "utf8",
  });
  assert.deepEqual(printed.split("\n"), [
    "/a b/node|it's $HOME @x|back\\slash|-",
    "\u00e9",
    "/var/tmp 7",
    "",
  ]);
});

test("residentScript names perl in its first line, and ends with the JavaScript", () => {
  const text = residentScript({
    once: [],
    stay: [],
    perl: "/opt/perl",
    javascript: "the end",
  });
  assert.match(text, /^#!\/opt\/perl -X\n/);
  assert.ok(text.endsWith("\n# The end of the Perl program.\n*/;the end"));
});

for (const base of ["tmp", "/tmp/a:b", `/${"x".repeat(40)}`]) {
  test(`residentScript refuses ${base} as a base`, () => {
    assert.throws(() => residentScript({ once: [], stay: [], base }), {
      code: "CONFIG",
    });
  });
}

test("tsgi-cgi --resident prints a program with the options it was given", {
  skip: perl,
}, (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tsgi-s-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const app = join(folder, "app.js");
  writeFileSync(app, "");
  const { status, stdout } = runTsgi(
    "--resident",
    "--mount=/x",
    "--resident-idle=1m",
    app,
  );
  assert.equal(status, 0);
  assert.match(stdout, /^#!\/usr\/bin\/perl -X\n/);
  const [once = "", stay = ""] = stdout.match(/^my @(?:once|stay) .*$/gm) ?? [];
  assert.ok(once.includes(`'--mount=/x', '--', '${app}'`), once);
  assert.doesNotMatch(once, /resident-idle/);
  assert.match(stay, /'--resident-idle=1m', '--', /);
});

const REFUSED: readonly { name: string; args: string[]; says: RegExp }[] = [
  { name: "no application", args: [], says: /no application is named/ },
  {
    name: "a file that is not there",
    args: ["gone.js"],
    says: /there is no file .*gone\.js/,
  },
  {
    name: "a perl that is not there",
    args: ["--resident-perl=/no/perl", import.meta.filename],
    says: /there is no \/no\/perl; .*tsgi-cgi/,
  },
];

for (const { name, args, says } of REFUSED) {
  test(`tsgi-cgi --resident refuses ${name}`, () => {
    const { status, stderr } = runTsgi("--resident", ...args);
    assert.equal(status, 2);
    assert.match(stderr, says);
  });
}

test("the responder's program is none for a person, or a client", () => {
  const main = join(
    import.meta.dirname,
    "../../dist/cli/serving/resident-main.js",
  );
  const { status, stderr } = spawnSync(process.execPath, [main, "app.js"], {
    encoding: "utf8",
  });
  assert.equal(status, 2);
  assert.match(stderr, /Cannot reside: only a program made by/);
});

test("an upload by FTP that ends lines with CR LF leaves the relay what it is", {
  skip: perl,
}, (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tsgi-s-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const script = join(folder, "app.cgi");
  const text = residentScript({
    once: ["/bin/echo", "one-shot"],
    stay: ["false"],
    base: folder,
  });
  writeFileSync(script, text.replaceAll("\n", "\r\n"), { mode: 0o755 });
  const { stdout, stderr } = spawnSync(script, {
    encoding: "utf8",
    env: { REQUEST_METHOD: "GET" },
  });
  assert.equal(stdout, "one-shot\n", stderr);
  assert.match(readFileSync(script, "latin1"), /\r\n/);
});
