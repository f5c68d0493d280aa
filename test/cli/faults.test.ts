// A CGI program that fails, or is ended, at each stage: whoever waits gets a whole answer with a code.
import assert from "node:assert/strict";
import { once } from "node:events";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { answer, built, HELLO } from "./built.ts";
import {
  BIN,
  CGI_VARIABLES,
  folder,
  type Outcome,
  run,
  start,
} from "./command.ts";

interface Fault {
  readonly name: string;
  readonly source: string;
  /** Sent when the program says that it has come there. */
  readonly signal?: NodeJS.Signals;
  readonly code: string;
  readonly logs: RegExp;
}

const SAY = 'process.getBuiltinModule("node:fs").writeSync(2, "here\\n");';

const FAULTS: readonly Fault[] = [
  {
    name: "throws while it is imported",
    source: 'throw new Error("early");',
    code: "LOAD",
    logs: /Error: early/,
  },
  {
    name: "calls process.exit() while it is imported",
    source: "process.exit(0);",
    code: "LOAD",
    logs: /the process ended while it was evaluated/,
  },
  {
    name: "throws in a callback before it has exported anything",
    source: `setTimeout(() => { throw new Error("late"); });
await new Promise(() => {});`,
    code: "LOAD",
    logs: /Error: late/,
  },
  {
    name: "waits for ever for nothing while it is imported",
    source: "await new Promise(() => {});",
    code: "LOAD",
    logs: /the process ended while it was evaluated/,
  },
  {
    name: "gets SIGTERM while it is imported",
    source: `setTimeout(() => {}, 60_000);
${SAY}
await new Promise(() => {});`,
    signal: "SIGTERM",
    code: "SHUTDOWN",
    logs: /the web server sent SIGTERM/,
  },
  {
    name: "exports nothing",
    source: "export const word = 1;",
    code: "LOAD",
    logs: /it has no default export/,
  },
  {
    name: "throws in the handler",
    source:
      'export default (environ, startResponse) => { throw new TypeError("inner"); };',
    code: "APPLICATION",
    logs: /TypeError: inner/,
  },
  {
    name: "calls process.exit() in the handler",
    source: "export default (environ, startResponse) => process.exit(0);",
    code: "ENDED",
    logs: /the process ended before the application did/,
  },
  {
    name: "throws in a callback of the handler",
    source: `export default (environ, startResponse) => {
  setTimeout(() => { throw new Error("loose"); });
  return new Promise(() => {});
};`,
    code: "ENDED",
    logs: /Error: loose/,
  },
  {
    name: "gets SIGTERM in the handler",
    source: `export default async (environ, startResponse) => {
  setTimeout(() => {}, 60_000);
  ${SAY}
  await new Promise((resolve) => environ["tsgi.signal"].addEventListener("abort", resolve));
  return "";
};`,
    signal: "SIGTERM",
    code: "DISCONNECTED",
    logs: /here/,
  },
];

/** Either way to run a CGI program. */
const RUNNERS: readonly {
  readonly name: string;
  readonly make: (t: TestContext, source: string) => Promise<string>;
}[] = [
  {
    name: "tsgi-cgi",
    make: async (t, source) =>
      join(
        folder(t, { "app.cgi": `#!/usr/bin/env tsgi-cgi\n${source}` }),
        "app.cgi",
      ),
  },
  {
    name: "a built file",
    make: (t, source) => built(t, { "app.mjs": source }, ["app.mjs"]),
  },
];

for (const { name: runner, make } of RUNNERS) {
  for (const { name, source, signal, code, logs } of FAULTS) {
    test(`${runner} answers for an application that ${name}`, async (t) => {
      const program = await make(t, source);
      const command = start(t, program, [], { env: CGI_VARIABLES });
      if (signal !== undefined) {
        await once(command.child.stderr as NodeJS.ReadableStream, "data");
        command.child.kill(signal);
      }
      const ended = await command.ended;
      checkPage(ended, code);
      assert.match(ended.stderr, logs);
      assert.notEqual(ended.status, 0);
    });
  }

  test(`${runner} leaves a response alone that has begun when its application fails`, async (t) => {
    const source = `export default async function* application(environ, startResponse) {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  yield "first";
  throw new Error("halfway");
}`;
    const program = await make(t, source);
    const { stdout, stderr, status } = await run(t, program, [], {
      env: CGI_VARIABLES,
    });
    assert.match(stdout, /^Status: 200 OK\r\n\r\nfirst$/m);
    assert.match(stderr, /Error: halfway/);
    assert.equal(status, 1);
  });

  test(`${runner} shows the owner what failed, and nobody else`, async (t) => {
    const token = "0123456789abcdef";
    const source = `export default (environ, startResponse) => { throw new Error("seen: " + environ.HTTP_X_TSGI_DEBUG); };`;
    const program = await make(t, source);
    for (const [given, isShown] of [
      [token, true],
      ["0123456789abcdeF", false],
      [`${token}0`, false],
      ["", false],
    ] as const) {
      const { stdout } = await run(t, program, [], {
        env: {
          ...CGI_VARIABLES,
          TSGI_DEBUG_TOKEN: token,
          HTTP_X_TSGI_DEBUG: given,
        },
      });
      assert.equal(stdout.includes("Error: seen: undefined"), isShown, given);
    }
  });
}

/** As a web server wants it, complete, and without a word of the inside. */
function checkPage({ stdout, stderr }: Outcome, code: string): void {
  const [head = "", body = ""] = stdout.split("\r\n\r\n");
  assert.match(head, /^Status: 50[03] /m, stderr);
  const [, incident = "", told] =
    /^The request could not be served\. Incident (\w+) \((\w+)\)\.$/m.exec(
      body,
    ) ?? [];
  assert.equal(told, code);
  assert.ok(stderr.includes(incident) || code === "DISCONNECTED", stderr);
  const length = /^Content-Length: (\d+)/m.exec(head)?.[1];
  assert.equal(Number(length), Buffer.byteLength(body));
  assert.doesNotMatch(body, /\.mjs|\.cgi|Error:/);
}

const DEATHS: readonly {
  readonly name: string;
  readonly act: string;
  readonly signal?: NodeJS.Signals;
  readonly logs: RegExp;
}[] = [
  {
    name: "is killed",
    act: 'process.kill(process.pid, "SIGKILL");',
    logs: /ended with signal KILL/,
  },
  {
    name: "runs out of memory",
    act: "for (const all = []; ; ) all.push(new Array(100_000).fill(all));",
    logs: /JavaScript heap out of memory[\s\S]*ended with signal ABRT/,
  },
  {
    name: "is in an endless loop when SIGTERM comes",
    act: `${SAY} for (;;);`,
    signal: "SIGTERM",
    logs: /ended with signal KILL/,
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
  const { stdout } = await answer(t, program);
  assert.match(stdout, /"REQUEST_METHOD":"GET"/);
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

test("both say that a Node is too old", async (t) => {
  const pretend =
    'Object.defineProperty(process.versions, "node", { value: "16.20.2" }); delete process.getBuiltinModule;';
  const old = join(folder(t, { "old.cjs": pretend }), "old.cjs");
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
