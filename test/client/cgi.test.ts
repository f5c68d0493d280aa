import assert from "node:assert/strict";
import { once } from "node:events";
import { chmodSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { CgiHost } from "../../src/client/cgi.ts";
import type { Variables } from "../../src/common/variables.ts";
import { folder, program, textOf } from "./fixtures.ts";

const GET: Variables = { REQUEST_METHOD: "GET", PATH_INFO: "/" };
const OK = "printf 'Content-Type: text/plain\\nStatus: 200 OK\\n\\n'";

test("CgiHost gives the program variables, body and its own folder", async (t) => {
  const path = program(
    t,
    `#!/bin/sh
${OK}
echo "$REQUEST_METHOD $X $SCRIPT_FILENAME $(pwd -P)"
cat
echo oops >&2
exit 3
`,
  );
  const errors: string[] = [];
  const response = await new CgiHost(path).request({
    variables: { ...GET, X: "a'b \n\t$c" },
    body: [Buffer.from("one,"), Buffer.from("two")],
    onErrors: (text) => errors.push(String(text)),
  });
  assert.equal(response.status, 200);
  const folder = realpathSync(dirname(path));
  assert.equal(
    await textOf(response.body),
    `GET a'b \n\t$c ${path} ${folder}\none,two`,
  );
  assert.deepEqual(await response.ended, { exitStatus: 3, signal: undefined });
  assert.equal(errors.join(""), "oops\n");
});

test("CgiHost passes every byte of a variable, UTF-8 or not", async (t) => {
  const path = program(t, `#!/bin/sh\n${OK}\nprintf '%s|' "$A" "$B" "$C"\n`);
  let all = "";
  for (let byte = 1; byte < 256; byte++) all += String.fromCharCode(byte);
  const utf8 = Buffer.from("grün", "utf8").toString("latin1");
  const { body } = await new CgiHost(path).request({
    variables: { ...GET, A: `${all}\n\n`, B: utf8, C: "\xff" },
  });
  assert.equal(await textOf(body), `${all}\n\n|${utf8}|\xff|`);
});

test("CgiHost starts a program with = in its path, whatever the variables are", async (t) => {
  const path = join(folder(t), "a=b.cgi");
  writeFileSync(path, `#!/bin/sh\n${OK}\nprintf '%s' "$A"\n`, { mode: 0o755 });
  const { body } = await new CgiHost(path).request({
    variables: { ...GET, A: "\xe9" },
  });
  assert.equal(await textOf(body), "\xe9");
});

test("CgiHost shows the program nothing of its own environment but PATH", async (t) => {
  process.env.TSGI_TEST_SECRET = "secret";
  t.after(() => delete process.env.TSGI_TEST_SECRET);
  const path = program(t, `#!/bin/sh\n${OK}\nenv\n`);
  const { body } = await new CgiHost(path).request({ variables: GET });
  const names = (await textOf(body))
    .trim()
    .split("\n")
    .map((line) => line.split("=")[0])
    .filter((name) => name !== "_" && name !== "PWD");
  assert.deepEqual(names.sort(), [
    "PATH",
    "PATH_INFO",
    "REQUEST_METHOD",
    "SCRIPT_FILENAME",
  ]);
});

test("CgiHost does not mind a program that leaves its input unread", async (t) => {
  const path = program(t, `#!/bin/sh\n${OK}\necho done\n`);
  async function* endless() {
    for (;;) yield Buffer.alloc(65_536);
  }
  const { body, ended } = await new CgiHost(path).request({
    variables: GET,
    body: endless(),
  });
  assert.equal(await textOf(body), "done\n");
  assert.equal((await ended).exitStatus, 0);
});

test("CgiHost hands on a body as it comes", async (t) => {
  const path = program(
    t,
    `#!/bin/sh\n${OK}\necho first\nread line\necho "$line"\n`,
  );
  let proceed: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    proceed = resolve;
  });
  const { body } = await new CgiHost(path).request({
    variables: GET,
    body: (async function* () {
      await gate;
      yield Buffer.from("second\n");
    })(),
  });
  const [first] = await once(body, "data");
  assert.equal(String(first), "first\n");
  proceed();
  assert.equal(await textOf(body), "second\n");
});

test("CgiHost ends the program when the body is given up", async (t) => {
  const path = program(t, `#!/bin/sh\n${OK}\necho $$\nexec sleep 600\n`);
  const { body, ended } = await new CgiHost(path).request({ variables: GET });
  const [text] = await once(body, "data");
  const pid = Number(String(text));
  process.kill(pid, 0);
  body.destroy();
  await assert.rejects(ended, { code: "ABORTED" });
  while (isAlive(pid)) await new Promise((resolve) => setImmediate(resolve));
});

test("CgiHost ends the program when the signal is aborted before its head", async (t) => {
  const controller = new AbortController();
  const path = program(t, "#!/bin/sh\necho $$ >&2\nexec sleep 600\n");
  let pid = 0;
  const response = new CgiHost(path).request({
    variables: GET,
    signal: controller.signal,
    onErrors: (text) => {
      pid = Number(String(text));
      controller.abort();
    },
  });
  await assert.rejects(response, { code: "ABORTED" });
  while (isAlive(pid)) await new Promise((resolve) => setImmediate(resolve));
});

const failures: [
  name: string,
  source: string,
  code: string,
  message: RegExp,
][] = [
  [
    "a program that writes nothing",
    "#!/bin/sh\nexit 3\n",
    "DISCONNECTED",
    /app\.cgi exited with status 3 without one/,
  ],
  [
    "a program that is killed",
    "#!/bin/sh\nkill -9 $$\n",
    "DISCONNECTED",
    /app\.cgi was killed by SIGKILL without one/,
  ],
  [
    "a program that stops inside its head",
    "#!/bin/sh\necho 'A: b'\n",
    "DISCONNECTED",
    /exited with status 0 inside its header block, after "A: b\\n"/,
  ],
  [
    "a program that prints before its head",
    "#!/bin/sh\necho starting up\necho\n",
    "PROTOCOL",
    /"starting up" is no header/,
  ],
  [
    "an interpreter that does not exist",
    "#!/no/such/node\n",
    "CONNECT",
    /its first line names no program: "#!\/no\/such\/node" \(ENOENT\)/,
  ],
  [
    "a program without an interpreter",
    "echo hello\n",
    "CONNECT",
    /its first line does not begin with #! \(ENOEXEC\)/,
  ],
];
for (const [name, source, code, message] of failures) {
  test(`CgiHost refuses ${name}`, async (t) => {
    const host = new CgiHost(program(t, source));
    await assert.rejects(host.request({ variables: GET }), { code, message });
  });
}

test("CgiHost refuses a file that is missing or not executable", async (t) => {
  const path = join(folder(t), "app.cgi");
  const host = new CgiHost(path);
  await assert.rejects(host.request({ variables: GET }), {
    code: "CONNECT",
    message: `Cannot start ${path}: there is no such file (ENOENT)`,
  });
  writeFileSync(path, "#!/bin/sh\n");
  chmodSync(path, 0o644);
  await assert.rejects(host.request({ variables: GET }), {
    code: "CONNECT",
    message: `Cannot start ${path}: this user may not execute it (EACCES)`,
  });
});

test("CgiHost reports a signal that ended the program after its response", async (t) => {
  const path = program(
    t,
    `#!/bin/sh\n${OK}\necho whole\nexec 1>&-\nkill -15 $$\n`,
  );
  const { body, ended } = await new CgiHost(path).request({ variables: GET });
  assert.equal(await textOf(body), "whole\n");
  assert.equal((await ended).signal, "SIGTERM");
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
