// C10.01: sockets that a web server, or systemd, leaves open for the process it starts.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readdirSync, renameSync, rmSync, watch } from "node:fs";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { FastcgiOptions } from "../../src/fastcgi/options.ts";
import { type Answer, Peer, request, roundTrip } from "../support/peer.ts";
import { type ProgramOptions, startProgram } from "../support/program.ts";
import { parse } from "../support/responder.ts";

type Kind = "unix" | "TCP";
const kinds: readonly Kind[] = ["unix", "TCP"];

function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "tsgi-inherited-"));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

/** A socket that listens, as the parent has it. */
interface Listening {
  readonly server: Server;
  readonly address: string;
}

async function listening(t: TestContext, kind: Kind): Promise<Listening> {
  if (kind === "TCP") {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return { server, address: `${(server.address() as AddressInfo).port}` };
  }
  const address = join(directory(t), "s");
  const server = createServer().listen(`${address}~`);
  await once(server, "listening");
  // libuv will unlink the name it knows, when the parent closes.
  renameSync(`${address}~`, address);
  return { server, address };
}

/** A responder in a process of its own; the parent then closes what it has given it. */
function startResponder(
  t: TestContext,
  options: FastcgiOptions,
  given: ProgramOptions = {},
) {
  const program = startProgram(
    t,
    `
    import { serve } from "./src/fastcgi/serve.ts";
    const server = await serve((environ, startResponse) => {
      console.log("out");
      console.error("err");
      process.stdout.write("out");
      environ["tsgi.errors"].write("log");
      startResponse("200 OK", [["Content-Type", "application/json"]]);
      return [JSON.stringify({
        pid: process.pid,
        multiprocess: environ["tsgi.multiprocess"],
        addresses: server.addresses,
      })];
    }, ${JSON.stringify(options)});
    process.on("SIGTERM", () => server.close());
    console.log(JSON.stringify(server.addresses));`,
    given,
  );
  return program;
}

function told(answer: Answer): {
  pid: number;
  multiprocess: boolean;
  addresses: string[];
} {
  return JSON.parse(parse(answer).body);
}

for (const kind of kinds) {
  test(`C10.01 by default a ${kind} socket on descriptor 0 is served, though 1 and 2 are closed`, async (t) => {
    const { server, address } = await listening(t, kind);
    const program = startResponder(
      t,
      {},
      { stdin: server, shell: 'exec "$@" >&- 2>&-' },
    );
    server.close();
    const answer = await roundTrip(address);
    const { pid, multiprocess, addresses } = told(answer);
    assert.equal(pid, program.child.pid);
    assert.equal(multiprocess, true);
    assert.deepEqual(addresses, ["fd:0"]);
    assert.equal(answer.stderr.toString(), "log");
    program.child.kill("SIGTERM");
    assert.equal((await program.ended).status, 0);
  });

  test(`C10.01 C6.08 errors to a stderr that is closed do no harm to a ${kind} responder`, async (t) => {
    const { server, address } = await listening(t, kind);
    startResponder(
      t,
      { errors: "stderr" },
      { stdin: server, shell: 'exec "$@" >&- 2>&-' },
    );
    server.close();
    for (let count = 0; count < 3; count++) {
      const answer = await roundTrip(address);
      assert.equal(parse(answer).status, "200 OK");
      assert.equal(answer.stderr.length, 0);
    }
  });

  test(`C10.01 C10.03 descriptor 0 and a path are served together (${kind})`, async (t) => {
    const { server, address } = await listening(t, kind);
    const path = join(directory(t), "own");
    const program = startResponder(t, { listen: [path] }, { stdin: server });
    server.close();
    assert.deepEqual(JSON.parse(await program.line()), ["fd:0", path]);
    for (const one of [address, path]) {
      assert.equal(told(await roundTrip(one)).pid, program.child.pid);
    }
  });

  test(`C10.03 fd:0 can be named, and then is served once (${kind})`, async (t) => {
    const { server, address } = await listening(t, kind);
    const program = startResponder(t, { listen: ["fd:0"] }, { stdin: server });
    server.close();
    assert.deepEqual(JSON.parse(await program.line()), ["fd:0"]);
    assert.equal(told(await roundTrip(address)).pid, program.child.pid);
  });
}

test("C10.03 without `inherited` descriptor 0 is left alone", async (t) => {
  const { server, address } = await listening(t, "unix");
  const path = join(directory(t), "own");
  const options = { listen: [path], inherited: false };
  const program = startResponder(t, options, { stdin: server });
  assert.deepEqual(JSON.parse(await program.line()), [path]);
  const { multiprocess } = told(await roundTrip(path));
  assert.equal(multiprocess, false);
  const accepted = once(server, "connection");
  const peer = await Peer.connect(address);
  await accepted;
  peer.close();
  server.close();
});

test("C10.01 multiprocess says what is known better", async (t) => {
  const { server, address } = await listening(t, "unix");
  startResponder(t, { multiprocess: false }, { stdin: server });
  server.close();
  assert.equal(told(await roundTrip(address)).multiprocess, false);
});

/** Both ends of a connection. */
async function connection(t: TestContext, kind: Kind) {
  const { server, address } = await listening(t, kind);
  const near = connect(
    kind === "unix" ? { path: address } : { port: Number(address) },
  );
  near.on("error", () => {});
  const [far] = await once(server, "connection");
  server.close();
  t.after(() => near.destroy());
  return { near, far };
}

for (const kind of kinds) {
  test(`C10.01 C10.02 a connected ${kind} socket on descriptor 0, as under mod_cgid, is not taken for FastCGI`, async (t) => {
    const { near, far } = await connection(t, kind);
    const program = startResponder(t, {}, { stdin: far });
    far.destroy();
    near.write(request());
    const { status, stderr } = await program.ended;
    assert.equal(status, 1);
    assert.match(
      stderr,
      /Cannot listen: descriptor 0 is not a listening socket, and no address was given/,
    );
  });

  test(`C10.01 a connected ${kind} socket on descriptor 0 stays what it is beside other addresses`, async (t) => {
    const { near, far } = await connection(t, kind);
    const path = join(directory(t), "own");
    const program = startProgram(
      t,
      `
      import { readSync } from "node:fs";
      import { serve } from "./src/fastcgi/serve.ts";
      const server = await serve(() => [], { listen: [${JSON.stringify(path)}] });
      console.log(JSON.stringify(server.addresses));
      process.stdin.on("data", (text) => {
        console.log("got " + text);
        process.stdin.destroy();
        server.close();
      });`,
      { stdin: far },
    );
    far.destroy();
    assert.deepEqual(JSON.parse(await program.line()), [path]);
    near.write("something");
    assert.equal(await program.line(), "got something");
    assert.equal((await program.ended).status, 0);
  });
}

for (const [what, shell] of [
  ["/dev/null", 'exec "$@" < /dev/null'],
  ["a file", 'exec "$@" < /etc/passwd'],
  ["a pipe", 'echo | "$@"'],
  ["closed", 'exec "$@" <&-'],
] as const) {
  test(`C10.02 serve ends with an error where descriptor 0 is ${what}`, async (t) => {
    const { status, stderr } = await startResponder(t, {}, { shell }).ended;
    assert.equal(status, 1);
    assert.match(stderr, /Cannot listen: descriptor 0 is not a listening/);
  });
}

test("C10.03 LISTEN_FDS tells of further sockets, from descriptor 3 on", async (t) => {
  const unix = await listening(t, "unix");
  const tcp = await listening(t, "TCP");
  const program = startResponder(
    t,
    {},
    {
      inherits: [unix.server, tcp.server],
      environment: { LISTEN_FDS: "2" },
      shell: 'LISTEN_PID=$$ exec "$@"',
    },
  );
  unix.server.close();
  tcp.server.close();
  assert.deepEqual(JSON.parse(await program.line()), ["fd:3", "fd:4"]);
  for (const { address } of [unix, tcp]) {
    assert.equal(told(await roundTrip(address)).pid, program.child.pid);
  }
  program.child.kill("SIGTERM");
  assert.equal((await program.ended).status, 0);
});

test("C10.03 LISTEN_FDS and descriptor 0 are served together", async (t) => {
  const zero = await listening(t, "unix");
  const three = await listening(t, "unix");
  const program = startResponder(
    t,
    {},
    {
      stdin: zero.server,
      inherits: [three.server],
      environment: { LISTEN_FDS: "1" },
      shell: 'LISTEN_PID=$$ exec "$@"',
    },
  );
  zero.server.close();
  three.server.close();
  assert.deepEqual(JSON.parse(await program.line()), ["fd:0", "fd:3"]);
});

for (const [why, environment, shell] of [
  [
    "meant for another process",
    { LISTEN_FDS: "1", LISTEN_PID: "1" },
    undefined,
  ],
  ["without LISTEN_PID", { LISTEN_FDS: "1" }, undefined],
  ["not a number", { LISTEN_FDS: "one" }, 'LISTEN_PID=$$ exec "$@"'],
  ["negative", { LISTEN_FDS: "-1" }, 'LISTEN_PID=$$ exec "$@"'],
] as const) {
  test(`C10.03 LISTEN_FDS is ignored where it is ${why}`, async (t) => {
    const { server } = await listening(t, "unix");
    const path = join(directory(t), "own");
    const program = startResponder(
      t,
      { listen: [path] },
      {
        inherits: [server],
        environment,
        ...(shell === undefined ? {} : { shell }),
      },
    );
    assert.deepEqual(JSON.parse(await program.line()), [path]);
    server.close();
  });
}

test("C10.02 a descriptor of LISTEN_FDS that does not listen is told", async (t) => {
  const { status, stderr } = await startResponder(
    t,
    { listen: [join(directory(t), "own")] },
    {
      environment: { LISTEN_FDS: "1" },
      shell: 'LISTEN_PID=$$ exec "$@" 3< /dev/null',
    },
  ).ended;
  assert.equal(status, 1);
  assert.match(stderr, /Cannot listen on fd:3: it is not a listening socket/);
});

test("C10.01 several processes serve the descriptor they share", async (t) => {
  const { server, address } = await listening(t, "unix");
  const programs = [1, 2].map(() => startResponder(t, {}, { stdin: server }));
  server.close();
  const [one, two] = programs;
  assert.ok(one && two);
  for (const program of programs) await program.line();
  for (const [asleep, awake] of [
    [one, two],
    [two, one],
  ] as const) {
    asleep.child.kill("SIGSTOP");
    assert.equal(told(await roundTrip(address)).pid, awake.child.pid);
    asleep.child.kill("SIGCONT");
  }
  one.child.kill("SIGTERM");
  assert.equal((await one.ended).status, 0);
  for (let count = 0; count < 5; count++) {
    assert.equal(told(await roundTrip(address)).pid, two.child.pid);
  }
});

test("C10.04 of processes that share descriptor 0 the first serves the path, and another when it ends", async (t) => {
  const { server, address } = await listening(t, "unix");
  const folder = directory(t);
  const path = join(folder, "own");
  const start = () => startResponder(t, { listen: [path] }, { stdin: server });
  const first = start();
  assert.deepEqual(JSON.parse(await first.line()), ["fd:0", path]);
  const others = [start(), start()];
  server.close();
  for (const other of others) {
    assert.deepEqual(JSON.parse(await other.line()), ["fd:0"]);
  }
  const all = new Map([first, ...others].map((one) => [one.child.pid, one]));
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    const { pid } = told(await roundTrip(path));
    assert.ok(pid !== undefined && all.has(pid));
    const reappeared = appearance(folder, "own");
    all.get(pid)?.child.kill(signal);
    await all.get(pid)?.ended;
    all.delete(pid);
    // The descriptor they share is served all the while.
    assert.ok(all.has(told(await roundTrip(address)).pid));
    await reappeared;
  }
  const [last] = all.values();
  const { pid, addresses } = told(await roundTrip(path));
  assert.equal(pid, last?.child.pid);
  assert.deepEqual(addresses, ["fd:0", path]);
  last?.child.kill("SIGTERM");
  assert.equal((await last?.ended)?.status, 0);
  assert.deepEqual(readdirSync(folder), []);
});

/** Resolves when a temporary name in the folder becomes this one. */
function appearance(folder: string, name: string): Promise<void> {
  return new Promise((resolve) => {
    let isTemporaryGone = false;
    const watcher = watch(folder, (event, changed) => {
      if (event !== "rename") return;
      if (changed?.startsWith(".")) isTemporaryGone = true;
      if (changed !== name || !isTemporaryGone) return;
      watcher.close();
      resolve();
    });
  });
}

test("C10.02 an address that others than siblings hold is an error, also beside descriptor 0", async (t) => {
  const { server } = await listening(t, "unix");
  const listen = [join(directory(t), "missing", "s")];
  const { status, stderr } = await startResponder(
    t,
    { listen },
    { stdin: server },
  ).ended;
  server.close();
  assert.equal(status, 1);
  assert.match(stderr, /its directory does not exist/);
});
