// The first lines of a built file: they find Node, and answer where it, or the file, is not as it should be.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { isTooOld, TOO_OLD } from "../../src/built/needed-node.ts";
import { answer, built, checkPage, HELLO, SAY } from "./built.ts";
import {
  BIN,
  CGI_VARIABLES,
  folder,
  type Outcome,
  run,
  start,
} from "./command.ts";

const PRETEND_OLD =
  'Object.defineProperty(process.versions, "node", { value: "16.20.2" }); delete process.getBuiltinModule;';

const DEATHS: readonly {
  readonly name: string;
  readonly act: string;
  readonly signal?: NodeJS.Signals;
  readonly logs: RegExp;
}[] = [
  {
    name: "is killed",
    act: 'process.kill(process.pid, "SIGKILL");',
    logs: /was ended by SIGKILL before/,
  },
  {
    name: "runs out of memory",
    act: "for (const all = []; ; ) all.push(new Array(100_000).fill(all));",
    logs: /JavaScript heap out of memory[\s\S]*was ended by SIGABRT/,
  },
  {
    name: "is in an endless loop when SIGTERM comes",
    act: `${SAY} for (;;);`,
    signal: "SIGTERM",
    logs: /did not end within 2 seconds of SIGTERM/,
  },
];

/** Whatever /bin/sh is on the machine that has the file. */
const SHELLS = ["/bin/sh", "/usr/bin/bash", "/usr/bin/busybox"].filter(
  existsSync,
);

for (const { name, act, signal, logs } of DEATHS) {
  test(`a built file answers for a Node that ${name}`, async (t) => {
    const source = `export default (environ, startResponse) => { ${act} };`;
    const program = await built(t, { "app.mjs": source }, ["app.mjs"]);
    for (const shell of SHELLS) {
      const words = shell.endsWith("busybox") ? ["sh", program] : [program];
      const env = {
        ...CGI_VARIABLES,
        NODE_OPTIONS: "--max-old-space-size=40",
      };
      const command = start(t, shell, words, { env });
      if (signal !== undefined) {
        await once(command.child.stderr as NodeJS.ReadableStream, "data");
        command.child.kill(signal);
      }
      const ended = await command.ended;
      checkPage(ended, "NODE_DIED");
      assert.match(ended.stderr, logs, shell);
      assert.equal(ended.status, 1, shell);
    }
  });
}

test("a built file answers where its shell may start nothing", async (t) => {
  const program = await built(t, { "app.mjs": HELLO }, ["app.mjs"]);
  chmodSync(dirname(program), 0o755);
  // bash tries for a quarter of a minute.
  for (const shell of SHELLS.filter((each) => !each.endsWith("bash"))) {
    const words = shell.endsWith("busybox") ? ["sh", program] : [program];
    const { stdout, stderr } = spawnSync(
      "prlimit",
      ["--nproc=1", shell, ...words],
      {
        env: { ...CGI_VARIABLES, PATH: process.env.PATH },
        encoding: "utf8",
        // A limit is not for root; nobody else has this user's number.
        ...(process.getuid?.() === 0 && { uid: 54_321 }),
      },
    );
    checkPage({ stdout, stderr }, "NODE_DIED");
    assert.match(stderr, /node could not be started before/, shell);
  }
});

test("a built file that is told twice to end answers once, and before it would be killed", async (t) => {
  const listening = `await new Promise((resolve) => environ["tsgi.signal"].addEventListener("abort", resolve));`;
  for (const wait of [listening, "await new Promise(() => {});"]) {
    const source = `export default async (environ) => {
  setTimeout(() => {}, 60_000);
  ${SAY}
  ${wait}
  return "";
};`;
    const program = await built(t, { "app.mjs": source }, ["app.mjs"]);
    for (const shell of SHELLS) {
      const words = shell.endsWith("busybox") ? ["sh", program] : [program];
      const command = start(t, shell, words, { env: CGI_VARIABLES });
      await once(command.child.stderr as NodeJS.ReadableStream, "data");
      command.child.kill("SIGTERM");
      await delay(100);
      command.child.kill("SIGTERM");
      const ended = await command.ended;
      checkPage(ended, "DISCONNECTED");
      assert.equal(ended.stdout.split("Status:").length, 2, shell);
    }
  }
});

test("a built file is silent about a Node that dies in the middle of its answer", async (t) => {
  const source = `export default async function* application(environ, startResponse) {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  yield "first";
  process.kill(process.pid, "SIGKILL");
}`;
  const program = await built(t, { "app.mjs": source }, ["app.mjs"]);
  const { stdout, stderr, status } = await answer(t, program);
  assert.match(stdout, /\r\n\r\nfirst$/);
  assert.doesNotMatch(stderr, /NODE_DIED/);
  assert.equal(status, 128 + constants.signals.SIGKILL);
});

test("a built file shows its application nothing of the shell in front of it", async (t) => {
  const source = `export default (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return JSON.stringify([process.env, environ]);
};`;
  const program = await built(t, { "app.mjs": source }, ["app.mjs"]);
  const own = { n: "1", s: "2", p: "3", k: "4", old: "5", cgi: "6", home: "7" };
  const { stdout } = await answer(t, program, own);
  assert.match(stdout, /"REQUEST_METHOD":"GET"/);
  for (const [name, value] of Object.entries(own)) {
    assert.ok(stdout.includes(`"${name}":"${value}"`), name);
  }
  assert.doesNotMatch(stdout, /TSGI_GUARD/);
});

test("a built file that was cut says so, at any place below its first 20 lines", async (t) => {
  const program = await built(t, { "app.mjs": HELLO }, ["app.mjs"]);
  const whole = readFileSync(program);
  const shell = whole.indexOf("trap died EXIT");
  const head = whole.indexOf("*/;");
  const boot = whole.indexOf("\n//tsgi ");
  for (const length of [
    shell + 25,
    shell + 300,
    head - 10,
    head + 3,
    head + 2_000,
    boot - 10,
    boot + 1,
    boot + 40,
    boot + 4_000,
    whole.length - 1,
  ]) {
    writeFileSync(program, whole.subarray(0, length));
    const ended = await answer(t, program);
    checkStart(ended, "DAMAGED", /its upload was cut/);
  }
});

test("a built file that was altered says so, and runs nothing of it", async (t) => {
  const program = await built(t, { "app.mjs": HELLO }, ["app.mjs"]);
  const text = readFileSync(program, "utf8");
  writeFileSync(program, text.replace("Hello ", "Hullo "));
  checkStart(await answer(t, program), "DAMAGED", /its part app was altered/);
  appendFileSync(program, "\n");
  checkStart(
    await answer(t, program),
    "DAMAGED",
    /its upload was cut, or it was edited/,
  );
});

test("a built file that finds no Node says where it has looked", async (t) => {
  const program = await built(t, { "app.mjs": HELLO }, [
    "--node",
    "/no/such/node",
    "app.mjs",
  ]);
  // On this machine it would find one.
  const text = readFileSync(program, "utf8").replaceAll(
    / \/usr(?:\/local)?\/bin\/node/g,
    "",
  );
  writeFileSync(program, text);
  const ended = await run(t, program, [], {
    env: { ...CGI_VARIABLES, PATH: folder(t), HOME: "/nobody" },
  });
  checkStart(
    ended,
    "NODE_MISSING",
    /no node in \/no\/such\/node, PATH \(\/tmp\/[^)]*\) and the usual places/,
  );
});

test("a built file passes over a Node that is too old, and says so where there is no other", async (t) => {
  const program = await built(t, { "app.mjs": HELLO }, ["app.mjs"]);
  const text = readFileSync(program, "utf8");
  writeFileSync(
    program,
    text.replaceAll(/ \/(?:opt|usr)\/[\w/.-]*\/node(?= )/g, ""),
  );
  const old = join(folder(t, { "old.cjs": PRETEND_OLD }), "old.cjs");
  const bin = join(folder(t, { node: "" }), "node");
  const version = '[ "$1" != --version ] || { echo v16.20.2; exit; }';
  writeFileSync(
    bin,
    `#!/bin/sh\n${version}\nexec ${process.execPath} -r ${old} "$@"\n`,
  );
  chmodSync(bin, 0o755);
  const home = folder(t);
  const nvm = join(home, ".nvm/versions/node/v24.1.0/bin");
  const environment = { PATH: `${dirname(bin)}:/usr/bin:/bin`, HOME: home };
  const cgi = { ...CGI_VARIABLES, ...environment };
  const post = { ...cgi, REQUEST_METHOD: "POST", CONTENT_LENGTH: "5" };
  for (const env of [cgi, post]) {
    const ended = await run(t, program, [], { env });
    checkStart(
      ended,
      "NODE_TOO_OLD",
      /node is Node v16\.20\.2, and this needs/,
    );
  }
  const { status, stderr } = await run(t, program, [], { env: environment });
  assert.match(stderr, /^tsgi: NODE_TOO_OLD: /);
  assert.equal(status, 127);

  mkdirSync(nvm, { recursive: true });
  symlinkSync(process.execPath, join(nvm, "node"));
  for (const env of [cgi, post]) {
    const answered = await run(t, program, [], { env });
    assert.match(answered.stdout, /\r\n\r\nHello /, answered.stderr);
    assert.equal(answered.stderr, "");
  }
  const help = await run(t, program, ["--help"], { env: environment });
  assert.match(help.stdout, /--socket/, help.stderr);
});

test("the shell and JavaScript agree on which Node is too old", async (t) => {
  const versions =
    "0.12.1 9.1.0 16.20.2 18.20.8 19.9.0 20.0.0 20.9.0 20.18.3 20.19.0 20.20.2 21.7.3 22.0.0 22.9.0 22.11.0 22.12.0 22.21.1 23.0.0 24.0.0 100.1.0".split(
      " ",
    );
  const script = `for v; do case v$v in ${TOO_OLD.join("|")}) echo true;; *) echo false;; esac; done`;
  const { stdout } = await run(t, "/bin/sh", ["-c", script, "sh", ...versions]);
  const told = stdout.trim().split("\n");
  assert.deepEqual(
    told,
    versions.map((version) => `${isTooOld(version)}`),
  );
  assert.ok(isTooOld("20.18.3") && !isTooOld("20.19.0"));
});

test("both say that a Node is too old", async (t) => {
  const old = join(folder(t, { "old.cjs": PRETEND_OLD }), "old.cjs");
  const program = await built(t, { "app.mjs": HELLO }, ["app.mjs"]);
  for (const args of [
    ["-r", program, "/dev/null"],
    [join(BIN, "tsgi-cgi"), program],
  ]) {
    const ended = await run(t, process.execPath, ["-r", old, ...args], {
      env: CGI_VARIABLES,
    });
    checkStart(
      ended,
      "NODE_TOO_OLD",
      /is Node 16\.20\.2, and this needs Node 20\.19/,
    );
  }
});

function checkStart(
  { stdout, stderr, status }: Outcome,
  code: string,
  says: RegExp,
): void {
  assert.match(stdout, /^Status: 500 /m, stderr);
  const [, incident = "?"] =
    new RegExp(`Incident (\\w+) \\(${code}\\)\\.\\n$`).exec(stdout) ?? [];
  assert.ok(
    stderr.includes(`incident ${incident}: ${code}: `),
    `${stdout}${stderr}`,
  );
  assert.match(stderr, says);
  assert.notEqual(status, 0);
}

test("a built file keeps compiled code where nobody else can write, and believes no other", async (t) => {
  const program = await built(t, { "app.mjs": HELLO }, ["app.mjs"]);
  const cache = join(dirname(program), "cache");
  assert.equal((await answer(t, program)).status, 0);
  const { readdirSync, statSync } = await import("node:fs");
  const [name = "", ...others] = readdirSync(cache);
  assert.deepEqual(others, []);
  const file = join(cache, name);
  assert.equal(statSync(cache).mode & 0o777, 0o700);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const kept = readFileSync(file);
  // Damaged, open to others, in a folder that is: compiled from the source each time.
  const broken = [
    () => writeFileSync(file, kept.subarray(0, 1000)),
    () => writeFileSync(file, Buffer.alloc(kept.length)),
    () => chmodSync(file, 0o666),
    () => chmodSync(cache, 0o777),
  ];
  for (const breakIt of broken) {
    breakIt();
    const { stdout, stderr } = await answer(t, program);
    assert.match(stdout, /Hello/, stderr);
  }
});

test("a built file that may keep nothing answers all the same", async (t) => {
  const program = await built(t, { "app.mjs": HELLO }, [
    "--code-cache",
    "/proc/nowhere",
    "app.mjs",
  ]);
  const { stdout, stderr, status } = await run(t, program, [], {
    env: CGI_VARIABLES,
  });
  assert.match(stdout, /Hello/);
  assert.equal(stderr, "");
  assert.equal(status, 0);
});
