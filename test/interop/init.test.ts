// tsgi init --verify: servers that are installed, with the files that would be written.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { thisMachine } from "../../src/doctor/machine.ts";
import type { Target } from "../../src/init/plan.ts";
import type { Site } from "../../src/init/site.ts";
import { lookAround, missingFor } from "../../src/init/surroundings.ts";
import { targets } from "../../src/init/targets.ts";
import { verify } from "../../src/init/verify.ts";
import { run, start } from "../cli/command.ts";
import { SITE } from "../init/site.ts";
import { seen } from "../resident/site.ts";
import { Sandbox } from "../support/servers/sandbox.ts";

const surroundings = lookAround(thisMachine, "/nowhere", `${process.env.PATH}`);
const APPLICATION = `export default (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return "mine";
};
`;
const MOUNTS: Readonly<Record<string, string>> = {
  "apache-proxy-fcgi": "/app/de",
  lighttpd: "/app",
  haproxy: "/app",
};

/** Of a sandbox: where the servers' user can read. */
function siteIn(sandbox: Sandbox, application: string): Site {
  const node = join(`${sandbox.env.PATH}`.split(":")[0] ?? "", "node");
  const commands = join(sandbox.app, "node_modules/tsgi/bin");
  const file = sandbox.write("app/app.mjs", application);
  return { ...SITE, application: file, exported: "", node, commands };
}

for (const [name, target] of targets) {
  const missing = missingFor(name, target.server, surroundings);
  const skip =
    missing !== undefined && process.env.CI !== "true" ? missing : false;
  test(`the files of ${name} work on the installed server`, {
    skip,
  }, async (t) => {
    const sandbox = new Sandbox();
    t.after(() => sandbox.remove());
    const program = surroundings.programs.get(target.server) ?? "";
    const site = siteIn(sandbox, APPLICATION);
    for (const mount of new Set(["/", MOUNTS[name] ?? "/"])) {
      const { rows, log } = await verify(
        target,
        program,
        { ...site, mount },
        t.signal,
      );
      const results = rows.map(
        ({ name: asked, result, says }) => `${asked} ${result} ${says}`,
      );
      const host = target.isShared ? 2 : 0;
      const isAnalysed = rows.some(({ name: asked }) =>
        asked.startsWith("systemd-analyze"),
      );
      const said = `${mount}: ${results.join("\n")}\n${log}`;
      assert.equal(
        rows.filter(({ result }) => result === "ok").length,
        7 - host + Number(isAnalysed),
        said,
      );
      assert.equal(
        rows.filter(({ result }) => result === "host").length,
        host,
        said,
      );
    }
  });
}

const noApache =
  surroundings.programs.has("apache") && surroundings.perl !== undefined
    ? false
    : "no Apache, or no perl";

/** The target, the bases of whose relays are noted. */
function noting(target: Target | undefined, bases: Set<string>): Target {
  assert.ok(target);
  return {
    ...target,
    plan: (site) => {
      if (site.relay?.base) bases.add(site.relay.base);
      return target.plan(site);
    },
  };
}

/** Tells by its type whether it stays. */
const STAYING = `export default (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain; once=" + environ["tsgi.run_once"]]]);
  return "mine";
};
`;
/** Fails where it is loaded to stay. */
const FAILING = `if (!process.env.REQUEST_METHOD) throw new Error("no database");\n${STAYING}`;

for (const [name, application, row, says, log] of [
  ["apache-cgi", STAYING, "your application, GET /", /once=false$/, /^$/],
  ["htaccess", STAYING, "your application, GET /", /once=false$/, /^$/],
  ["cpanel", STAYING, "your application, GET /", /once=false$/, /^$/],
  [
    "htaccess",
    FAILING,
    "your application, staying",
    /^it has ended$/,
    /Error: no database/,
  ],
] as const) {
  const what = application === FAILING ? "a process that fails" : "one";
  test(`the files of ${name} --resident are tried with ${what}, and nothing stays`, {
    skip: noApache,
  }, async (t) => {
    const sandbox = new Sandbox();
    t.after(() => sandbox.remove());
    const program = surroundings.programs.get("apache") ?? "";
    const { perl = "" } = surroundings;
    const site = { ...siteIn(sandbox, application), relay: { perl } };
    const bases = new Set<string>();
    const target = noting(targets.get(name), bases);
    const verified = await verify(target, program, site, t.signal);
    const said = JSON.stringify(verified);
    const tried = verified.rows.find((each) => each.name === row);
    assert.match(tried?.says ?? "", says, said);
    assert.match(verified.log, log);
    const wrong = verified.rows.filter(({ result }) => result === "no");
    assert.equal(wrong.length, application === FAILING ? 1 : 0, said);
    // One for the probe, and one for the application.
    assert.equal(bases.size, 2);
    for (const base of bases) {
      assert.ok(!existsSync(base), base);
      assert.deepEqual(holders(base), []);
    }
  });
}

/** Processes that have something open there. */
function holders(folder: string): string[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => {
    const { stdout } = spawnSync("ls", ["-l", `/proc/${pid}/fd`]);
    return `${stdout}`.includes(`${folder}/`);
  });
}

const nginx = targets.get("nginx");
const noNginx = surroundings.programs.has("nginx") ? false : "no nginx";

/** nginx's target with something wrong in its file. */
function spoilt(from: string, to: string): Target {
  assert.ok(nginx);
  return {
    ...nginx,
    plan: (site) => {
      const plan = nginx.plan(site);
      const files = plan.files.map((file) => {
        assert.ok(file.text.includes(from));
        return { ...file, text: file.text.replace(from, to) };
      });
      return { ...plan, files };
    },
  };
}

for (const [what, from, to, row, says] of [
  [
    "bodies that are too large",
    "client_max_body_size 1g;",
    "",
    "POST, 2 MB",
    /^413/,
  ],
  [
    "a Cookie that is too large",
    "large_client_header_buffers 4 32k;",
    "",
    "Cookie, 12 kB",
    /^400/,
  ],
  ["a socket where nobody listens", "app.sock;", "none.sock;", "GET", /^502/],
  ["a file that nginx refuses", "server {", "serve {", "start", /it has ended/],
] as const) {
  test(`verify finds ${what}`, { skip: noNginx }, async (t) => {
    const sandbox = new Sandbox();
    t.after(() => sandbox.remove());
    const program = surroundings.programs.get("nginx") ?? "";
    const site = siteIn(sandbox, APPLICATION);
    const { rows, log } = await verify(
      spoilt(from, to),
      program,
      site,
      t.signal,
    );
    const wrong = rows.filter(({ result }) => result === "no");
    assert.ok(
      wrong.some(({ name }) => name === row),
      JSON.stringify(rows),
    );
    assert.match(wrong.find(({ name }) => name === row)?.says ?? "", says);
    assert.notEqual(log, "");
  });
}

test("the command tells of an application that fails, ends with 1, and leaves nothing", {
  skip: noNginx,
}, async (t) => {
  const sandbox = new Sandbox();
  t.after(() => sandbox.remove());
  const { application } = siteIn(
    sandbox,
    "export default () => { throw new Error('mine'); };",
  );
  const { status, stdout } = await run(
    t,
    "tsgi",
    ["init", "nginx", "--verify", application],
    {
      env: { TMPDIR: sandbox.root },
    },
  );
  assert.equal(status, 1, stdout);
  assert.match(stdout, /^ {2}your application, GET \/ +NO +500/m);
  assert.match(stdout, /^ {2}GET +ok$/m);
  assert.match(stdout, /Error: mine/);
  const left = readdirSync(sandbox.root).filter((name) =>
    name.startsWith("tsgi-init-"),
  );
  assert.deepEqual(left, []);
  assert.ok(tmpdir() !== sandbox.root);
});

test("SIGINT ends the command, the servers it has started, and leaves nothing", {
  skip: noNginx,
}, async (t) => {
  const sandbox = new Sandbox();
  t.after(() => sandbox.remove());
  const { application } = siteIn(sandbox, APPLICATION);
  const temporary = join(sandbox.root, "temporary");
  mkdirSync(temporary);
  const args = ["init", "nginx", "--verify", application];
  const { child, ended } = start(t, "tsgi", args, {
    env: { TMPDIR: temporary },
  });
  await seen(temporary, () => readdirSync(temporary).length > 0);
  child.kill("SIGINT");
  const { status, stderr } = await ended;
  assert.equal(status, 130, stderr);
  assert.match(stderr, /SIGINT came/);
  assert.deepEqual(readdirSync(temporary), []);
});

test("verify shows what systemd says of a unit", {
  skip: spawnSync("systemd-analyze", ["--version"]).error !== undefined,
}, async (t) => {
  const systemd = targets.get("systemd");
  assert.ok(systemd);
  const sandbox = new Sandbox();
  t.after(() => sandbox.remove());
  const target: Target = {
    ...systemd,
    plan: (site) => {
      const { files, steps } = systemd.plan(site);
      const wrong = files.map((file) => ({
        ...file,
        text: file.text.replace("Type=notify", "Type=notfy"),
      }));
      return { files: wrong, steps };
    },
  };
  const site = siteIn(sandbox, APPLICATION);
  const { rows } = await verify(target, "", site, t.signal);
  const [first] = rows;
  assert.equal(first?.result, "no", JSON.stringify(rows));
  assert.match(first.says, /notfy/);
});
