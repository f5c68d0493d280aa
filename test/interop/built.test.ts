// A file that `tsgi build` made, alone in a folder, behind the servers that start programs. It runs on the Node that runs the tests.
import assert from "node:assert/strict";
import {
  chownSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { built, HELLO } from "../cli/built.ts";
import { Sandbox } from "../support/servers/sandbox.ts";
import {
  missing,
  type ServerName,
  startServer,
} from "../support/servers/server.ts";
import { ask } from "./client.ts";
import {
  noSuexec,
  type SuexecServer,
  startSuexec,
  suexecFolder,
  USER,
} from "./suexec.ts";

const CGI: readonly (readonly [ServerName, string])[] = [
  ["apache", "apache/cgi.conf"],
  ["apache-prefork", "apache/cgi.conf"],
  ["lighttpd", "lighttpd/cgi.conf"],
];
const FASTCGI: readonly (readonly [ServerName, string])[] = [
  ["apache", "apache/fcgid.conf"],
  ["lighttpd", "lighttpd/bin-path.conf"],
];

const EXPRESS = `import express from "express";
const app = express();
app.get("*path", (request, response) => {
  response.send("Hello " + request.baseUrl + " " + request.path);
});
export default app;
`;
const PROGRAMS: readonly {
  readonly name: string;
  readonly source: string;
}[] = [
  { name: "a hello", source: HELLO },
  { name: "Express", source: EXPRESS },
];

for (const { name, source } of PROGRAMS) {
  test(`${name} in one file, alone in a cgi-bin`, async (t) => {
    const file = await builtText(t, source);
    for (const [server, conf] of CGI) {
      await t.test(`of ${server}`, { skip: skipped(server) }, async (t) => {
        const sandbox = bareSandbox(t);
        sandbox.write("app/cgi-bin/app.cgi", file, 0o755);
        const port = await started(t, sandbox, server, conf);
        // By its source, and then by what was compiled of it.
        for (const turn of ["first", "second"]) {
          const { status, body } = await ask(port, "/app/tea?--socket+x");
          assert.equal(`${body}`, "Hello /app /tea", turn + sandbox.logs());
          assert.equal(status, 200);
        }
      });
    }
  });

  test(`${name} in one file, alone, as a FastCGI process`, async (t) => {
    const file = await builtText(t, source, "--mount", "/app");
    for (const [server, conf] of FASTCGI) {
      await t.test(`of ${server}`, { skip: skipped(server) }, async (t) => {
        const sandbox = bareSandbox(t);
        sandbox.write("app/app.fcgi", file, 0o755);
        const port = await started(t, sandbox, server, conf);
        for (const word of ["tea", "milk"]) {
          const { status, body } = await ask(port, `/app/${word}`);
          assert.equal(`${body}`, `Hello /app /${word}`, sandbox.logs());
          assert.equal(status, 200);
        }
      });
    }
  });
}

test("a built file that cannot be loaded is answered for, and serves when it is replaced", async (t) => {
  const broken = await builtText(t, 'throw new Error("no database");');
  const whole = await builtText(t, HELLO, "--mount", "/app");
  for (const [server, conf] of FASTCGI) {
    await t.test(`by ${server}`, { skip: skipped(server) }, async (t) => {
      const sandbox = bareSandbox(t);
      sandbox.write("app/app.fcgi", broken, 0o755);
      const port = await started(t, sandbox, server, conf);
      const { status, body } = await ask(port, "/app/tea");
      assert.match(`${body}`, /Incident [0-9a-f]{8} \(LOAD\)\./);
      assert.equal(status, 500);
      assert.match(sandbox.logs(), /it threw Error: no database/);
      const upload = sandbox.write("app/upload", whole, 0o755);
      renameSync(upload, join(sandbox.app, "app.fcgi"));
      // When it has seen that, and the web server that it has ended.
      while ((await ask(port, "/app/tea")).status !== 200) await delay(50);
    });
  }
});

test("Apache runs a built file below a package.json that says module, and one with other ends of lines", {
  skip: skipped("apache"),
}, async (t) => {
  const text = await builtText(t, HELLO);
  const sandbox = bareSandbox(t);
  sandbox.write("app/cgi-bin/package.json", '{"type":"module"}');
  sandbox.write("app/cgi-bin/built.cgi", text, 0o755);
  const windows = text.replaceAll("\n", "\r\n");
  sandbox.write("app/cgi-bin/windows.cgi", windows, 0o755);
  sandbox.write("app/cgi-bin/cut.cgi", text.slice(0, -1), 0o755);
  const port = await started(t, sandbox, "apache", "apache/cgi.conf");
  for (const name of ["built.cgi", "windows.cgi"]) {
    const answer = await ask(port, `/cgi-bin/${name}/tea`);
    assert.equal(`${answer.body}`, `Hello /cgi-bin/${name} /tea`);
  }
  const cut = await ask(port, "/cgi-bin/cut.cgi");
  assert.equal(cut.status, 500);
  assert.match(`${cut.body}`, /Incident \w+ \(DAMAGED\)\./);
});

test("a CGI program that dies in the middle of its work is answered for, and the server has nothing to add", async (t) => {
  const dying =
    'export default () => process.kill(process.pid, "SIGKILL") && new Promise(() => {});';
  const text = await builtText(t, dying);
  for (const [server, conf] of CGI) {
    await t.test(`behind ${server}`, { skip: skipped(server) }, async (t) => {
      const sandbox = bareSandbox(t);
      sandbox.write("app/cgi-bin/app.cgi", text, 0o755);
      const port = await started(t, sandbox, server, conf);
      const body = Buffer.alloc(300_000);
      for (const request of [{}, { method: "POST", body }]) {
        const answer = await ask(port, "/app/tea", request);
        assert.match(`${answer.body}`, /Incident \d+ \(NODE_DIED\)\.\n$/);
        assert.equal(answer.status, 500);
      }
      assert.match(
        sandbox.logs(),
        /NODE_DIED: Cannot answer: node was ended by SIGKILL/,
      );
      assert.doesNotMatch(sandbox.logs(), /End of script output/);
    });
  }
});

const SUEXEC: readonly (readonly [SuexecServer, "app.cgi" | "app.fcgi"])[] = [
  ["apache-suexec", "app.cgi"],
  ["apache-prefork-suexec", "app.cgi"],
  ["apache-suexec", "app.fcgi"],
];

for (const { name, source } of PROGRAMS) {
  test(`suEXEC runs ${name} in one file as its user, who alone may read what was compiled of it`, {
    skip: noSuexec,
  }, async (t) => {
    for (const [server, program] of SUEXEC) {
      await t.test(`${program} of ${server}`, async (t) => {
        const sandbox = bareSandbox(t);
        const [bin] = `${sandbox.env.PATH}`.split(":");
        const folder = suexecFolder(t);
        const cache = join(folder, "cache");
        const args = ["--node", `${bin}/node`, "--code-cache", cache];
        const text = await builtText(t, source, "--mount", "/app", ...args);
        const file = join(folder, program);
        writeFileSync(file, text, { mode: 0o755 });
        for (const path of [folder, file]) chownSync(path, USER, USER);
        const port = await startSuexec(t, sandbox, folder, {
          server,
          name: program,
        });
        for (const turn of ["first", "second"]) {
          const { status, body } = await ask(port, "/app/tea");
          assert.equal(`${body}`, "Hello /app /tea", turn + sandbox.logs());
          assert.equal(status, 200);
        }
        if (program === "app.fcgi") return;
        const { mode, uid } = statSync(cache);
        assert.deepEqual([mode & 0o777, uid], [0o700, USER]);
      });
    }
  });
}

const SPEAKING = `export default (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "application/json"]]);
  const { WORD, NODE_ENV, SECRET } = process.env;
  return JSON.stringify({ WORD, NODE_ENV, SECRET, flags: process.execArgv, asked: environ.HTTP_WORD, given: environ.WORD });
};
`;

for (const [server, program] of SUEXEC) {
  test(`suEXEC of ${server} keeps variables from ${program}, which has them of --env-file, and flags of Node by a script`, {
    skip: noSuexec,
  }, async (t) => {
    const sandbox = bareSandbox(t);
    const [bin] = `${sandbox.env.PATH}`.split(":");
    const folder = suexecFolder(t);
    const [secrets, node] = [join(folder, "shop.env"), join(folder, "node")];
    writeFileSync(secrets, "SECRET=tea\n", { mode: 0o600 });
    writeFileSync(
      node,
      `#!/bin/sh\nexec ${bin}/node --max-old-space-size=300 "$@"\n`,
      { mode: 0o755 },
    );
    const args = ["--node", node, "--env-file", secrets];
    const file = join(folder, program);
    writeFileSync(file, await builtText(t, SPEAKING, ...args), { mode: 0o755 });
    for (const path of [folder, secrets, node, file]) {
      chownSync(path, USER, USER);
    }
    const set =
      "SetEnv WORD set\nSetEnv NODE_ENV development\nSetEnv HTTP_WORD set\nSetEnv NODE_OPTIONS --max-old-space-size=200\n";
    const initial =
      program === "app.fcgi" ? "FcgidInitialEnv WORD initial\n" : "";
    const port = await startSuexec(t, sandbox, folder, {
      server,
      name: program,
      lines: set + initial,
    });
    const { status, body } = await ask(port, "/app/tea");
    assert.equal(status, 200, `${body}${sandbox.logs()}`);
    const { flags, ...variables } = JSON.parse(`${body}`);
    assert.ok(flags.includes("--max-old-space-size=300"), `${flags}`);
    assert.deepEqual(variables, {
      NODE_ENV: "production",
      SECRET: "tea",
      asked: "set",
      ...(program === "app.fcgi" && { given: "set" }),
    });
  });
}

async function builtText(
  t: TestContext,
  source: string,
  ...args: readonly string[]
): Promise<string> {
  const files = { "app.mjs": source };
  return readFileSync(await built(t, files, [...args, "app.mjs"]), "utf8");
}

/** Without anything that is installed for other tests, beside the file or in the PATH. */
function bareSandbox(t: TestContext): Sandbox {
  const sandbox = new Sandbox();
  t.after(() => sandbox.remove());
  rmSync(join(sandbox.app, "node_modules"));
  const [bin] = `${sandbox.env.PATH}`.split(":");
  sandbox.env.PATH = `${bin}:/usr/bin:/bin`;
  return sandbox;
}

async function started(
  t: TestContext,
  sandbox: Sandbox,
  server: ServerName,
  conf: string,
): Promise<number> {
  const { port, daemon } = await startServer(sandbox, server, conf);
  t.after(() => daemon.stop());
  return port;
}

function skipped(server: ServerName): string | false {
  const what = missing(server, false);
  return what === undefined ? false : `${what} is not installed`;
}
