// A CGI program that fails, or is ended, at each stage: whoever waits gets a whole answer with a code.
import assert from "node:assert/strict";
import { once } from "node:events";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { built, checkPage, SAY } from "./built.ts";
import { CGI_VARIABLES, folder, run, start } from "./command.ts";

interface Fault {
  readonly name: string;
  readonly source: string;
  /** Sent when the program says that it has come there. */
  readonly signal?: NodeJS.Signals;
  readonly code: string;
  readonly logs: RegExp;
}

/** Goes on until it is told to end. */
const WAITING = `export default async (environ, startResponse) => {
  setTimeout(() => {}, 60_000);
  ${SAY}
  await new Promise((resolve) => environ["tsgi.signal"].addEventListener("abort", resolve));
  return "";
};`;

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
    logs: /SHUTDOWN: Cannot load the application: SIGTERM came/,
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
    source: WAITING,
    signal: "SIGTERM",
    code: "DISCONNECTED",
    logs: /incident \w+: GET \S+: DISCONNECTED: .* sent SIGTERM/,
  },
  {
    name: "gets SIGHUP in the handler",
    source: WAITING,
    signal: "SIGHUP",
    code: "DISCONNECTED",
    logs: /DISCONNECTED: .* sent SIG(?:HUP|TERM)/,
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
      assert.doesNotMatch(ended.stderr, /\[cause\]: undefined/);
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

test("both name what nobody caught, in the log by the incident and to the owner", async (t) => {
  const token = "0123456789abcdef";
  for (const { make } of RUNNERS) {
    for (const act of [
      'setTimeout(() => { throw new Error("loose"); });',
      'Promise.reject(new Error("loose"));',
    ]) {
      const program = await make(
        t,
        `export default () => { ${act} return new Promise(() => {}); };`,
      );
      const env = { ...CGI_VARIABLES, TSGI_DEBUG_TOKEN: token };
      const owner = { ...env, HTTP_X_TSGI_DEBUG: token };
      const shown = await run(t, program, [], { env: owner });
      assert.match(shown.stdout, /\(ENDED\)[\s\S]* {2}Error: loose\n/);
      const ended = await run(t, program, [], { env });
      checkPage(ended, "ENDED");
      assert.match(ended.stderr, /incident \w+: .*\n {2}Error: loose\n/);
    }
  }
});
