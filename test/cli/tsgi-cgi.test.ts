// The command tsgi-cgi, as a web server starts it.
import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  BIN,
  CGI_VARIABLES,
  type Files,
  folder,
  type Outcome,
  run,
  start,
} from "./command.ts";

const APPLICATION = `export default (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  const { SCRIPT_NAME, PATH_INFO, CONFIGURED } = environ;
  return JSON.stringify({ SCRIPT_NAME, PATH_INFO, CONFIGURED });
};
`;

/** Runs an executable file, for a request. */
function request(
  t: TestContext,
  firstLine: string,
  {
    words = [],
    env = {},
    content = APPLICATION,
    files = {},
  }: {
    words?: readonly string[];
    env?: Readonly<Record<string, string>>;
    content?: string;
    files?: Files;
  } = {},
): Promise<Outcome> {
  const root = folder(t, { ...files, "app.cgi": `${firstLine}\n${content}` });
  return run(t, join(root, "app.cgi"), words, {
    cwd: root,
    env: {
      ...CGI_VARIABLES,
      SCRIPT_FILENAME: join(root, "app.cgi"),
      ...env,
    },
  });
}

function bodyOf({ stdout }: Outcome): Readonly<Record<string, unknown>> {
  const [head = "", body = ""] = stdout.split("\r\n\r\n");
  assert.match(head, /Status: 200 OK$/);
  return JSON.parse(body);
}

test("tsgi-cgi serves the file whose first line names it", async (t) => {
  const outcome = await request(t, "#!/usr/bin/env tsgi-cgi");
  assert.deepEqual(bodyOf(outcome), {
    SCRIPT_NAME: "/cgi-bin/app.cgi",
    PATH_INFO: "/tea",
  });
  assert.equal(outcome.stderr, "");
  assert.equal(outcome.status, 0);
});

test("tsgi-cgi takes options in the first line", async (t) => {
  const outcome = await request(
    t,
    "#!/usr/bin/env -S tsgi-cgi --mount /cgi-bin --environ CONFIGURED=1",
  );
  assert.deepEqual(bodyOf(outcome), {
    SCRIPT_NAME: "/cgi-bin",
    PATH_INFO: "/app.cgi/tea",
    CONFIGURED: "1",
  });
});

test("tsgi-cgi takes options from the environment, and from a file", async (t) => {
  const outcome = await request(t, "#!/usr/bin/env tsgi-cgi", {
    env: { TSGI_MOUNT: "/cgi-bin", TSGI_CONFIG: "tsgi.json" },
    files: { "tsgi.json": '{ "environ": { "CONFIGURED": "2" } }' },
  });
  assert.deepEqual(bodyOf(outcome), {
    SCRIPT_NAME: "/cgi-bin",
    PATH_INFO: "/app.cgi/tea",
    CONFIGURED: "2",
  });
});

test("B1.11 tsgi-cgi ignores the words which a web server appends", async (t) => {
  for (const firstLine of [
    "#!/usr/bin/env tsgi-cgi",
    "#!/usr/bin/env -S tsgi-cgi --environ CONFIGURED=1",
  ]) {
    const expected = bodyOf(await request(t, firstLine));
    const outcome = await request(t, firstLine, {
      words: ["--show-errors", "-s", "--mount=/x", "--help", "/etc/passwd"],
    });
    assert.deepEqual(bodyOf(outcome), expected);
  }
});

test("B1.11 tsgi-cgi serves nothing when it is itself the script, and all arguments the client's", async (t) => {
  const root = folder(t, { "app.mjs": APPLICATION });
  const script = join(BIN, "tsgi-cgi");
  for (const words of [[join(root, "app.mjs")], ["--show-errors"], []]) {
    const { status, stdout, stderr } = await run(t, script, words, {
      env: { ...CGI_VARIABLES, SCRIPT_FILENAME: script },
    });
    assert.match(stdout, /Status: 500 /);
    assert.match(stderr, /Cannot serve: no application is named; .*tsgi-cgi"/);
    assert.equal(status, 2);
  }
});

for (const [what, firstLine, content, message, status] of [
  [
    "cannot be loaded",
    "#!/usr/bin/env tsgi-cgi",
    "let a = ;",
    /Cannot load .*app\.cgi:2: /,
    66,
  ],
  [
    "throws",
    "#!/usr/bin/env tsgi-cgi",
    'throw new Error("boom");',
    /Cannot load .*: it threw Error: boom/,
    66,
  ],
  [
    "throws later, while it is loaded",
    "#!/usr/bin/env tsgi-cgi",
    'setTimeout(() => { throw new Error("boom"); }); await new Promise(() => {});',
    /Cannot load .*: it threw Error: boom\n/,
    66,
  ],
  [
    "exits",
    "#!/usr/bin/env tsgi-cgi",
    "process.exit(0);",
    /Cannot load .*: the process ended/,
    66,
  ],
  [
    "waits for nothing",
    "#!/usr/bin/env tsgi-cgi",
    "await new Promise(() => {});",
    /Cannot load .*: the process ended/,
    66,
  ],
  [
    "is no application",
    "#!/usr/bin/env tsgi-cgi",
    "export default 1;",
    /Cannot load .*: its default export is a number/,
    66,
  ],
  [
    "comes with a wrong option",
    "#!/usr/bin/env -S tsgi-cgi --mout /",
    APPLICATION,
    /Cannot use --mout: .*\(did you mean --mount\?\)/,
    2,
  ],
] as const) {
  test(`tsgi-cgi answers for an application that ${what}`, async (t) => {
    const outcome = await request(t, firstLine, { content });
    const [, incident] =
      /Incident ([0-9a-f]{8})(?: \(\w+\))?\.\n$/.exec(outcome.stdout) ?? [];
    assert.match(outcome.stdout, /Status: 500 Internal Server Error\r\n\r\n/);
    assert.ok(incident);
    assert.match(outcome.stderr, new RegExp(`incident ${incident}: `));
    assert.match(outcome.stderr, message);
    assert.equal(outcome.status, status);
  });
}

test("tsgi-cgi answers where the environment is wrong", async (t) => {
  const outcome = await request(t, "#!/usr/bin/env tsgi-cgi", {
    env: { TSGI_MAX_BODY: "much" },
  });
  assert.match(outcome.stdout, /Status: 500 /);
  assert.match(
    outcome.stderr,
    /^tsgi: incident \w+: [^\n]*: Cannot use TSGI_MAX_BODY=much: it is not a size[^\n]*\n$/,
  );
  assert.equal(outcome.status, 78);
});

test("tsgi-cgi shows visitors what is wrong only where it is told to", async (t) => {
  const content = 'throw new Error("boom");';
  const hidden = await request(t, "#!/usr/bin/env tsgi-cgi", { content });
  assert.doesNotMatch(hidden.stdout, /boom/);
  const firstLine = "#!/usr/bin/env -S tsgi-cgi --show-errors";
  const shown = await request(t, firstLine, { content });
  assert.match(shown.stdout, /Error: boom/);
});

test("B3.05 tsgi-cgi keeps what an application prints while it is loaded out of the answer", async (t) => {
  const outcome = await request(t, "#!/usr/bin/env tsgi-cgi", {
    content: `console.log("printed");\n${APPLICATION}`,
  });
  bodyOf(outcome);
  assert.match(outcome.stderr, /printed/);
});

test("D2.01 tsgi-cgi hides a client's Proxy header from the application's own environment", async (t) => {
  const outcome = await request(t, "#!/usr/bin/env tsgi-cgi", {
    content: `if (process.env.HTTP_PROXY) throw new Error("seen");\n${APPLICATION}`,
    env: { HTTP_PROXY: "http://evil.example" },
  });
  bodyOf(outcome);
});

test("B1.03 tsgi-cgi in a shell tells what it is for, and waits for nothing", async (t) => {
  const command = start(t, "tsgi-cgi", ["app.cgi"], { stdin: "pipe" });
  const { status, stdout, stderr } = await command.ended;
  assert.equal(stdout, "");
  assert.equal(
    stderr,
    "tsgi-cgi: Cannot serve: REQUEST_METHOD is not set, so no web server has started this; try: tsgi preview app.cgi\n",
  );
  assert.equal(status, 2);
});

test("tsgi-cgi --help explains every option it takes, and no other", async (t) => {
  const { status, stdout } = await run(t, "tsgi-cgi", ["--help"]);
  assert.match(stdout, /--mount <path>/);
  assert.match(stdout, /TSGI_MAX_BODY/);
  assert.doesNotMatch(stdout, /--socket/);
  assert.equal(status, 0);
});

test("tsgi-cgi --print-config shows what it would do", async (t) => {
  const args = ["--mount", "/x", "--print-config"];
  const { status, stdout } = await run(t, "tsgi-cgi", args);
  assert.match(stdout, /^mount +\/x +--mount$/m);
  assert.equal(status, 0);
});
