// Where it is used: homes of customers, with what `tsgi init` has written into them and nothing else.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { apacheModule } from "../../src/init/main-apache.ts";
import { run } from "../cli/command.ts";
import { seen } from "../resident/site.ts";
import { Sandbox } from "../support/servers/sandbox.ts";
import {
  missing,
  type ServerName,
  startServer,
} from "../support/servers/server.ts";
import { ask } from "./client.ts";
import { noSuexec, suexecFolder, USER } from "./suexec.ts";

const APPLICATION = `export default async (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "application/json"]]);
  let length = 0;
  for await (const chunk of environ["tsgi.input"]) length += chunk.length;
  const { SCRIPT_NAME, PATH_INFO, HTTP_AUTHORIZATION } = environ;
  return JSON.stringify({
    SCRIPT_NAME, PATH_INFO, HTTP_AUTHORIZATION, length, uid: process.getuid(), pid: process.pid, once: environ["tsgi.run_once"],
  });
};
`;
const SUFFICES = {
  "ExecCGI by .htaccess alone": "",
  "a cgi-bin by ScriptAlias":
    'ScriptAlias "/cgi-bin/" "HOME/public_html/cgi-bin/"',
};
const noApache =
  missing("apache", false) !== undefined && process.env.CI !== "true"
    ? "no Apache"
    : false;

/** A customer's home: the application beside the document root, and what init makes of it. */
async function homeFor(
  t: TestContext,
  home: string,
  { env, app }: Sandbox,
  args: readonly string[],
): Promise<void> {
  chmodSync(home, 0o755);
  for (const folder of ["shop", "public_html"]) {
    mkdirSync(join(home, folder), { recursive: true });
  }
  writeFileSync(join(home, "shop/app.mjs"), APPLICATION);
  writeFileSync(join(home, "public_html/file.txt"), "a file\n");
  // As npm install leaves it, where the customer can read.
  execFileSync("ln", [
    "-s",
    join(app, "node_modules"),
    join(home, "shop/node_modules"),
  ]);
  const node = join(`${env.PATH}`.split(":")[0] ?? "", "node");
  const { status, stderr } = await run(
    t,
    "tsgi",
    ["init", ...args, "--node", node, "shop/app.mjs"],
    { cwd: home, env: { HOME: home } },
  );
  assert.equal(status, 0, stderr);
}

interface Company {
  readonly server?: ServerName;
  readonly root: string;
  /** Lines of its virtual host. */
  readonly inside?: string;
  /** Lines before that. */
  readonly outside?: string;
  /** Of AllowOverride. */
  readonly allowed?: string;
}

/** The port of the hosting company's Apache. */
async function hosted(
  t: TestContext,
  sandbox: Sandbox,
  company: Company,
): Promise<number> {
  const { server = "apache", root, inside = "", outside = "" } = company;
  const { port, daemon } = await startServer(
    sandbox,
    server,
    "test/interop/shared-host.conf",
    {
      replacements: {
        "# What a hosting company has around a customer's .htaccess.": outside,
        "DocumentRoot /srv/app/public": `DocumentRoot ${root}\n${inside}`,
        "<Directory /srv/app/public>": `<Directory ${root}>`,
        "AllowOverride All": `AllowOverride ${company.allowed ?? "All"}`,
      },
    },
  );
  t.after(() => daemon.stop());
  return port;
}

const SUEXEC = "SuexecUserGroup nobody nogroup";

async function json(
  port: number,
  target: string,
  options: Parameters<typeof ask>[2] = {},
): Promise<Record<string, unknown>> {
  const { status, body } = await ask(port, target, options);
  assert.equal(status, 200, `${body}`);
  return JSON.parse(`${body}`);
}

for (const [name, line] of Object.entries(SUFFICES)) {
  test(`a home of cPanel under suEXEC, with ${name}`, {
    skip: noSuexec,
  }, async (t) => {
    const sandbox = new Sandbox();
    t.after(() => sandbox.remove());
    const home = suexecFolder(t);
    await homeFor(t, home, sandbox, ["cpanel"]);
    execFileSync("chown", ["-R", "-h", `${USER}:${USER}`, home]);
    const port = await hosted(t, sandbox, {
      server: "apache-suexec",
      root: join(home, "public_html"),
      inside: `${SUEXEC}\n${line.replace("HOME", home)}`,
    });
    const got = await json(port, "/tea/pot?a=1", {
      method: "POST",
      body: Buffer.alloc(200_000),
      headers: { Authorization: "Basic dTpw" },
    });
    const { pid, ...rest } = got;
    assert.deepEqual(rest, {
      SCRIPT_NAME: "",
      PATH_INFO: "/tea/pot",
      HTTP_AUTHORIZATION: "Basic dTpw",
      length: 200_000,
      uid: USER,
      once: true,
    });
    assert.equal(`${(await ask(port, "/file.txt")).body}`, "a file\n");
    // Nothing of the application can be downloaded: all paths that are no files are its own.
    for (const path of ["/shop/app.mjs", "/app.mjs", "/.htaccess"]) {
      const { status, body } = await ask(port, path);
      assert.ok(!`${body}`.includes("startResponse"), `${path}: ${status}`);
    }
  });
}

test("a group that may write to app.cgi makes suEXEC refuse it, and chmod 755 mends that", {
  skip: noSuexec,
}, async (t) => {
  const sandbox = new Sandbox();
  t.after(() => sandbox.remove());
  const home = suexecFolder(t);
  await homeFor(t, home, sandbox, ["cpanel"]);
  const program = join(home, "public_html/cgi-bin/app.cgi");
  execFileSync("chown", ["-R", "-h", `${USER}:${USER}`, home]);
  const root = join(home, "public_html");
  const port = await hosted(t, sandbox, {
    server: "apache-suexec",
    root,
    inside: SUEXEC,
  });
  chmodSync(program, 0o775);
  assert.equal((await ask(port, "/")).status, 500);
  chmodSync(program, 0o755);
  assert.equal((await ask(port, "/")).status, 200);
});

test("tmp/restart.txt replaces the process that stays, in a home of cPanel", {
  skip: noApache || noSuexec,
}, async (t) => {
  const sandbox = new Sandbox();
  t.after(() => sandbox.remove());
  const home = suexecFolder(t);
  await homeFor(t, home, sandbox, ["cpanel"]);
  const program = join(home, "public_html/cgi-bin/app.cgi");
  const base = join(sandbox.root, "r");
  mkdirSync(base);
  chmodSync(base, 0o1777);
  const { stdout, stderr, status } = await run(t, "tsgi-cgi", [
    ...["--resident", "--resident-base", base, "--mount", "/"],
    join(home, "shop/app.mjs"),
  ]);
  assert.equal(status, 0, stderr);
  // The relay knows the paths of this checkout, which nobody else may read.
  const [node = ""] = `${sandbox.env.PATH}`.split(":");
  const text = stdout
    .replaceAll(process.execPath, join(node, "node"))
    .replaceAll(
      join(import.meta.dirname, "../.."),
      join(sandbox.app, "node_modules/tsgi"),
    );
  writeFileSync(program, text);
  execFileSync("chown", ["-R", "-h", `${USER}:${USER}`, home]);
  const root = join(home, "public_html");
  const port = await hosted(t, sandbox, {
    server: "apache-suexec",
    root,
    inside: SUEXEC,
  });
  const isListening = (): boolean =>
    readdirSync(base).some((name) => existsSync(join(base, name, "s")));
  assert.equal((await json(port, "/")).once, true);
  await seen(base, () => readdirSync(base).length > 0);
  for (const name of readdirSync(base))
    await seen(join(base, name), isListening);
  const before = await json(port, "/");
  assert.equal(before.once, false);
  assert.equal((await json(port, "/")).pid, before.pid);
  const later = new Date(Date.now() + 60_000);
  utimesSync(join(home, "shop/tmp/restart.txt"), later, later);
  assert.notEqual((await json(port, "/")).pid, before.pid);
});

test("a user's directory, /~ann, with .htaccess alone", {
  skip: noApache,
}, async (t) => {
  const sandbox = new Sandbox();
  t.after(() => sandbox.remove());
  const home = join(sandbox.root, "homes/ann");
  mkdirSync(home, { recursive: true });
  await homeFor(t, home, sandbox, [
    ...["htaccess", "--mount", "/~ann"],
    ...["--output", join(home, "public_html")],
  ]);
  const port = await hosted(t, sandbox, {
    root: join(home, "public_html"),
    inside: `DocumentRoot /nowhere\nUserDir ${sandbox.root}/homes/*/public_html`,
    outside: `LoadModule userdir_module ${apacheModule("userdir")}`,
  });
  const { SCRIPT_NAME, PATH_INFO } = await json(port, "/~ann/tea/pot");
  assert.deepEqual([SCRIPT_NAME, PATH_INFO], ["/~ann", "/tea/pot"]);
  assert.equal(`${(await ask(port, "/~ann/file.txt")).body}`, "a file\n");
});

test("AllowOverride FileInfo Options AuthConfig is enough, and without one of them every page is a 500 that the log explains", {
  skip: noApache,
}, async (t) => {
  const classes = ["FileInfo", "Options", "AuthConfig"];
  for (const without of [undefined, ...classes]) {
    const sandbox = new Sandbox();
    t.after(() => sandbox.remove());
    const home = mkdtempSync(join(sandbox.root, "home-"));
    const root = join(home, "public_html");
    await homeFor(t, home, sandbox, ["htaccess", "--output", root]);
    const allowed = classes.filter((name) => name !== without).join(" ");
    const port = await hosted(t, sandbox, { root, allowed });
    const { status, body } = await ask(port, "/");
    if (without === undefined) assert.equal(status, 200, `${body}`);
    else {
      assert.equal(status, 500, without);
      assert.match(sandbox.logs(), /\.htaccess: \w+ not allowed here/);
    }
  }
});
