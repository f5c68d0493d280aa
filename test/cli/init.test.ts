// tsgi init as a command: what it writes, what it refuses, what it tells.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { HELLO } from "./built.ts";
import { CGI_VARIABLES, folder, type Outcome, run } from "./command.ts";

type Context = Parameters<typeof folder>[0];

async function init(
  t: Context,
  home: string,
  ...args: string[]
): Promise<Outcome> {
  return run(t, "tsgi", ["init", ...args], { cwd: home, env: { HOME: home } });
}

test("tsgi init htaccess writes programs that answer, and tells the next step", async (t) => {
  const home = folder(t, { "site/app.mjs": HELLO, "public_html/a.txt": "" });
  const { status, stdout, stderr } = await init(
    t,
    home,
    "htaccess",
    "site/app.mjs",
  );
  assert.equal(status, 0, stderr);
  const program = join(home, "public_html/app.cgi");
  assert.match(
    stdout,
    new RegExp(`^wrote +${home}/public_html/.htaccess$`, "m"),
  );
  assert.match(stdout, /^1\. Ask for http:/m);
  assert.equal(statSync(program).mode & 0o777, 0o755);
  // As a web server starts it: no PATH, another folder.
  const answer = spawnSync(program, [], {
    cwd: "/",
    env: CGI_VARIABLES,
    encoding: "utf8",
  });
  assert.match(answer.stdout, /\r\n\r\nHello /, answer.stderr);
});

test("tsgi init --resident says what it means, and writes a relay that answers", async (t) => {
  const home = folder(t, { "site/app.mjs": HELLO, "public_html/a.txt": "" });
  const args = ["htaccess", "--resident", "site/app.mjs"];
  const { status, stdout, stderr } = await init(t, home, ...args);
  assert.equal(status, 0, stderr);
  assert.match(stderr, /^--resident: app\.cgi hands requests to a process /);
  assert.match(stdout, /^ +touch .*\/site\/restart\.txt$/m);
  const program = join(home, "public_html/app.cgi");
  assert.equal(statSync(program).mode & 0o777, 0o755);
  const answer = spawnSync(program, [], {
    cwd: "/",
    // One-shot: nothing is to stay behind.
    env: { ...CGI_VARIABLES, TSGI_RESIDENT: "0" },
    encoding: "utf8",
  });
  assert.match(answer.stdout, /\r\n\r\nHello /, answer.stderr);

  // Without it, the same command is another program, and asks before it replaces.
  const plain = await init(t, home, "htaccess", "site/app.mjs");
  assert.equal(plain.status, 1);
  assert.match(plain.stderr, /^- # Made by: tsgi init htaccess --resident /m);
});

test("tsgi init cpanel keeps the application out of the document root", async (t) => {
  const home = folder(t, { "shop/app.mjs": HELLO, "public_html/a.txt": "" });
  const { status, stderr } = await init(t, home, "cpanel", "shop/app.mjs");
  assert.equal(status, 0, stderr);
  for (const file of [
    "public_html/.htaccess",
    "public_html/cgi-bin/app.cgi",
    "shop/tmp/restart.txt",
    "shop/.gitattributes",
  ]) {
    assert.ok(existsSync(join(home, file)), file);
  }
});

test("tsgi init cpanel leaves the restart.txt and .gitattributes that are there", async (t) => {
  const home = folder(t, {
    "shop/app.mjs": HELLO,
    "shop/.gitattributes": "*.png binary\n",
    "shop/tmp/restart.txt": "",
  });
  const { status, stdout, stderr } = await init(
    t,
    home,
    "cpanel",
    "shop/app.mjs",
  );
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^kept .*\.gitattributes$/m);
  const kept = readFileSync(join(home, "shop/.gitattributes"), "utf8");
  assert.equal(kept, "*.png binary\n");
});

test("tsgi init replaces nothing that differs: it shows what would change, and writes no file at all", async (t) => {
  const home = folder(t, {
    "app.mjs": HELLO,
    "public_html/.htaccess": "# mine\nRewriteEngine On\n",
  });
  const htaccess = join(home, "public_html/.htaccess");
  const program = join(home, "public_html/app.cgi");
  const refused = await init(t, home, "htaccess");
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /^- # mine$/m);
  assert.match(refused.stderr, /^\+ AddHandler cgi-script \.cgi$/m);
  assert.match(refused.stderr, /^tsgi: Cannot write .*; --force replaces it/m);
  assert.equal(readFileSync(htaccess, "utf8"), "# mine\nRewriteEngine On\n");
  assert.ok(!existsSync(program));

  const forced = await init(t, home, "htaccess", "--force");
  assert.equal(forced.status, 0, forced.stderr);
  assert.match(forced.stdout, /^replaced .*\.htaccess$/m);
  const again = await init(t, home, "htaccess");
  assert.equal(again.status, 0, again.stderr);
  assert.match(again.stdout, /^same +.*\.htaccess$/m);
  assert.match(again.stdout, /^same +.*app\.cgi$/m);
});

test("on a terminal tsgi init asks, and takes only yes for yes", async (t) => {
  const home = folder(t, {
    "app.mjs": HELLO,
    "public_html/.htaccess": "mine\n",
  });
  const htaccess = join(home, "public_html/.htaccess");
  const script = (answer: string): number | null => {
    const command = `${process.execPath} ${join(import.meta.dirname, "../../bin/tsgi")} init htaccess app.mjs`;
    return spawnSync("script", ["-qec", command, "/dev/null"], {
      cwd: home,
      env: { PATH: process.env.PATH, HOME: home, TERM: "dumb" },
      input: answer,
      timeout: 60_000,
    }).status;
  };
  assert.equal(script("n\n"), 1);
  assert.equal(readFileSync(htaccess, "utf8"), "mine\n");
  assert.equal(script("y\n"), 0);
  assert.match(readFileSync(htaccess, "utf8"), /AddHandler/);
});

test("tsgi init --dry-run prints the files, and writes nothing", async (t) => {
  const home = folder(t, { "app.mjs": HELLO });
  const { status, stdout } = await init(t, home, "apache-cgi", "--dry-run");
  assert.equal(status, 0);
  assert.match(
    stdout,
    /^# .*\/deploy\/apache-cgi\/cgi-bin\/app\.cgi \(755\)$/m,
  );
  assert.match(stdout, /^ {2}ScriptAlias "\/" /m);
  assert.ok(!existsSync(join(home, "deploy")));
});

test("tsgi init without a target proposes one and says why", async (t) => {
  const home = folder(t, { "app.mjs": HELLO });
  const { status, stdout } = await init(t, home);
  assert.equal(status, 0);
  assert.match(stdout, /^(?:Proposed: [\w-]+, because .|Found no web server)/);
});

for (const [name, args, status, message] of [
  [
    "a target that is none",
    ["ngnix", "app.mjs"],
    2,
    /no such target \(did you mean nginx\?\); it is one of/,
  ],
  [
    "an application that is not there",
    ["nginx", "ap.mjs"],
    66,
    /there is no such file \(did you mean app\.mjs\?\)/,
  ],
  [
    "a mount that is none",
    ["nginx", "--mount", "x", "app.mjs"],
    78,
    /Cannot use --mount x: it is not \/ or like /,
  ],
  [
    "to make resident what is no CGI",
    ["apache-fcgid", "--resident", "app.mjs"],
    78,
    /Cannot use --resident for apache-fcgid: .*leave --resident out/,
  ],
  ["no document root", ["htaccess", "app.mjs"], 2, /name it with --output/],
] as const) {
  test(`tsgi init refuses ${name}`, async (t) => {
    const home = folder(t, { "app.mjs": HELLO });
    const outcome = await init(t, home, ...args);
    assert.equal(outcome.status, status, outcome.stderr);
    assert.match(outcome.stderr, message);
  });
}

test("tsgi init finds the application in the folder, and tells where there is none", async (t) => {
  const home = folder(t, { "server.mjs": HELLO });
  const found = await init(t, home, "nginx", "--dry-run");
  assert.match(found.stdout, /init nginx \S+\/server\.mjs/);
  const none = await init(t, folder(t), "nginx");
  assert.equal(none.status, 66);
  assert.match(none.stderr, /there is no app\.js or the like/);
});

test("an application that is reached by a link keeps that name", async (t) => {
  const home = folder(t, { "releases/1/app.mjs": HELLO });
  spawnSync("ln", ["-s", "releases/1", join(home, "current")]);
  writeFileSync(join(home, "x"), "");
  const { stdout } = await init(
    t,
    home,
    "apache-cgi",
    "--dry-run",
    "current/app.mjs",
  );
  assert.match(stdout, /\/current\/app\.mjs/);
});
