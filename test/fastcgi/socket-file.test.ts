// C10.04: the file of a Unix socket.
import assert from "node:assert/strict";
import { once } from "node:events";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { FastcgiOptions } from "../../src/fastcgi/options.ts";
import { type FastcgiServer, serve } from "../../src/fastcgi/serve.ts";
import { roundTrip } from "../support/peer.ts";
import { type Program, startProgram } from "../support/program.ts";
import { answering } from "../support/responder.ts";

const isRoot = process.getuid?.() === 0;

/** A directory of the test's own. */
function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "tsgi-socket-"));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

async function listenAt(
  t: TestContext,
  path: string,
  options: FastcgiOptions = {},
): Promise<FastcgiServer> {
  const server = await serve(answering(), {
    listen: [path],
    inherited: false,
    ...options,
  });
  t.after(() => server.close());
  return server;
}

async function assertServes(path: string): Promise<void> {
  const { stdout } = await roundTrip(path);
  assert.match(stdout.toString(), /hello$/);
}

/** Leaves a socket behind as a process that was killed does: libuv unlinks the name it was bound to. */
async function leaveSocket(path: string): Promise<void> {
  const server = createServer().listen(`${path}~`);
  await once(server, "listening");
  renameSync(`${path}~`, path);
  server.close();
  await once(server, "close");
}

/** The number of a process that has ended. */
async function deadProcess(t: TestContext): Promise<number> {
  const { child, ended } = startProgram(t, "");
  await ended;
  return child.pid as number;
}

test("C10.03 C10.04 serve listens on a path, and removes the file at the end", async (t) => {
  const folder = directory(t);
  const path = join(folder, "app.sock");
  const server = await listenAt(t, path);
  assert.deepEqual(server.addresses, [path]);
  assert.deepEqual(readdirSync(folder), ["app.sock"]);
  await assertServes(path);
  await server.close();
  assert.deepEqual(readdirSync(folder), []);
});

test("C10.03 serve listens on a relative path", async (t) => {
  const folder = directory(t);
  const before = process.cwd();
  process.chdir(folder);
  t.after(() => process.chdir(before));
  const server = await listenAt(t, "app.sock");
  assert.deepEqual(readdirSync(folder), ["app.sock"]);
  await assertServes("app.sock");
  await server.close();
  assert.deepEqual(readdirSync(folder), []);
});

for (const [socketMode, mode] of [
  [undefined, 0o660],
  [0o600, 0o600],
  [0o666, 0o666],
  [0o777, 0o777],
  [0, 0],
] as const) {
  test(`C10.04 the file's mode is ${mode.toString(8)}, whatever the umask, which stays`, async (t) => {
    const umask = process.umask(0o027);
    t.after(() => process.umask(umask));
    const path = join(directory(t), "s");
    await listenAt(t, path, { socketMode });
    assert.equal(lstatSync(path).mode & 0o7777, mode);
    assert.equal(process.umask(), 0o027);
  });
}

test("C10.04 files which others make meanwhile have their own mode", async (t) => {
  const folder = directory(t);
  const umask = process.umask(0o022);
  t.after(() => process.umask(umask));
  const listening = listenAt(t, join(folder, "s"), { socketMode: 0o600 });
  while (!readdirSync(folder).some((name) => name.startsWith("."))) {
    await Promise.resolve();
  }
  writeFileSync(join(folder, "other"), "");
  assert.equal(lstatSync(join(folder, "other")).mode & 0o777, 0o644);
  await listening;
});

for (const [umask, socketMode] of [
  [0o000, 0o600],
  [0o022, 0o660],
  [0o077, 0o666],
] as const) {
  test(`C10.04 under the umask ${umask.toString(8)} the file has mode ${socketMode.toString(8)} as soon as it is there`, async (t) => {
    const folder = directory(t);
    const before = process.umask(umask);
    t.after(() => process.umask(before));
    const listening = listenAt(t, join(folder, "s"), { socketMode });
    let own: string | undefined;
    while (own === undefined) {
      await Promise.resolve();
      own = readdirSync(folder).find((name) => name.startsWith("."));
    }
    assert.equal(lstatSync(join(folder, own)).mode & 0o777, socketMode);
    await listening;
  });
}

const asRoot = { skip: !isRoot && "only root may give files away" };

test(
  "C10.04 the file is given to an owner and a group by their numbers",
  asRoot,
  async (t) => {
    const path = join(directory(t), "s");
    await listenAt(t, path, { socketOwner: 1234, socketGroup: "2345" });
    const { uid, gid } = lstatSync(path);
    assert.deepEqual([uid, gid], [1234, 2345]);
  },
);

test("C10.04 the file is given to a group by its name", asRoot, async (t) => {
  const [, line = ""] = readFileSync("/etc/group", "utf8").split("\n");
  const [socketGroup, , number] = line.split(":");
  const path = join(directory(t), "s");
  await listenAt(t, path, { socketGroup });
  const { uid, gid } = lstatSync(path);
  assert.deepEqual([uid, gid], [0, Number(number)]);
});

test("C10.04 who may not give the file away is told so", asRoot, async (t) => {
  const folder = directory(t);
  chmodSync(folder, 0o777);
  process.seteuid?.(65_534);
  try {
    await assert.rejects(listenAt(t, join(folder, "s"), { socketOwner: 0 }), {
      code: "LISTEN",
      message: "Cannot give the socket to 0: this process may not",
    });
  } finally {
    process.seteuid?.(0);
  }
  assert.deepEqual(readdirSync(folder), []);
});

test("C10.02 a directory one may not write to is told", asRoot, async (t) => {
  const path = join(directory(t), "s");
  process.seteuid?.(65_534);
  try {
    await assert.rejects(listenAt(t, path), {
      code: "LISTEN",
      message: `Cannot listen on ${path}: permission denied`,
    });
  } finally {
    process.seteuid?.(0);
  }
});

for (const [option, message] of [
  [{ socketOwner: "no such user" }, /to user "no such user": there is none/],
  [{ socketGroup: "no-such-group" }, /to group "no-such-group": there is none/],
] as const) {
  test(`C10.04 ${Object.keys(option)} must exist, and nothing is left behind`, async (t) => {
    const folder = directory(t);
    const listening = listenAt(t, join(folder, "s"), option);
    await assert.rejects(listening, { code: "LISTEN", message });
    assert.deepEqual(readdirSync(folder), []);
  });
}

test("C10.04 a socket nobody listens on is replaced", async (t) => {
  const folder = directory(t);
  const path = join(folder, "s");
  await leaveSocket(path);
  await listenAt(t, path);
  await assertServes(path);
  assert.deepEqual(readdirSync(folder), ["s"]);
});

test("C10.04 a socket somebody listens on is left alone", async (t) => {
  const folder = directory(t);
  const path = join(folder, "s");
  const first = await listenAt(t, path);
  const { ino } = lstatSync(path);
  await assert.rejects(listenAt(t, path), {
    code: "LISTEN",
    message: `Cannot listen on ${path}: another process listens there`,
  });
  assert.equal(lstatSync(path).ino, ino);
  assert.deepEqual(readdirSync(folder), ["s"]);
  await assertServes(path);
  await first.close();
  await listenAt(t, path);
  await assertServes(path);
});

test("C10.04 a socket whose owner is too busy to accept is left alone", async (t) => {
  const path = join(directory(t), "s");
  const source = `
    import { createServer, connect } from "node:net";
    const server = createServer().listen({ path: ${JSON.stringify(path)}, backlog: 1 });
    server.on("listening", () => {
      console.log("listening");
      for (;;);
    });`;
  const program = startProgram(t, source);
  await program.line();
  // One more than it queues: from now on the kernel says EAGAIN.
  const waiting = [1, 2, 3].map(() => roundTrip(path).catch(() => {}));
  const { ino } = lstatSync(path);
  await assert.rejects(listenAt(t, path), /another process listens there$/);
  assert.equal(lstatSync(path).ino, ino);
  program.child.kill("SIGKILL");
  await Promise.all(waiting);
});

for (const [what, make] of [
  ["a regular file", (path: string) => writeFileSync(path, "precious")],
  ["a directory", (path: string) => mkdirSync(path)],
  ["a symbolic link", (path: string) => symlinkSync("/nowhere", path)],
] as const) {
  test(`C10.04 ${what} is not replaced`, async (t) => {
    const folder = directory(t);
    const path = join(folder, "s");
    make(path);
    const { ino } = lstatSync(path);
    await assert.rejects(listenAt(t, path), {
      code: "LISTEN",
      message: `Cannot listen on ${path}: there is a file of that name which is no socket`,
    });
    assert.equal(lstatSync(path).ino, ino);
    assert.deepEqual(readdirSync(folder), ["s"]);
  });
}

test("C10.04 the file is not removed where another has come in its place", async (t) => {
  const path = join(directory(t), "s");
  const first = await listenAt(t, path);
  rmSync(path);
  await listenAt(t, path);
  await first.close();
  await assertServes(path);
});

test("C10.04 serve ends well where somebody has removed the file", async (t) => {
  const folder = directory(t);
  const path = join(folder, "s");
  const server = await listenAt(t, path);
  rmSync(path);
  await server.close();
  assert.deepEqual(readdirSync(folder), []);
});

test("C10.02 a missing directory is told", async (t) => {
  const path = join(directory(t), "missing", "s");
  await assert.rejects(listenAt(t, path), {
    code: "LISTEN",
    message: `Cannot listen on ${path}: its directory does not exist`,
  });
});

test("C10.02 a directory that is a file is told", async (t) => {
  const file = join(directory(t), "file");
  writeFileSync(file, "");
  await assert.rejects(listenAt(t, join(file, "s")), {
    code: "LISTEN",
    message: /: its directory is a file$/,
  });
});

test("C10.03 a path may be as long as there is room for a name beside it", async (t) => {
  const folder = directory(t);
  // ".", the number of a process, "-", that of a socket
  const deep = join(folder, "x".repeat(106 - 20 - folder.length - 1));
  mkdirSync(deep);
  const path = join(deep, "y".repeat(20));
  assert.equal(path.length, 107);
  await listenAt(t, path);
  await assertServes(path);
  assert.deepEqual(readdirSync(deep), ["y".repeat(20)]);
});

test("C10.02 a directory that is too long is told, not cut", async (t) => {
  const folder = directory(t);
  const deep = join(folder, "x".repeat(106 - 2 - folder.length));
  mkdirSync(deep);
  await assert.rejects(listenAt(t, join(deep, "s")), {
    code: "LISTEN",
    message: /leaves no room for a temporary name in 107 bytes/,
  });
  assert.deepEqual(readdirSync(deep), []);
});

test("C10.04 sockets of one directory do not get into each other's way", async (t) => {
  const folder = directory(t);
  const names = ["application-one.sock", "application-two.sock", "three"];
  const paths = names.map((name) => join(folder, name));
  await Promise.all(paths.map((path) => listenAt(t, path)));
  assert.deepEqual(readdirSync(folder), names);
  for (const path of paths) await assertServes(path);
});

test("C10.04 the lock of a dead process is void", async (t) => {
  const folder = directory(t);
  const path = join(folder, "s");
  symlinkSync(String(await deadProcess(t)), `${path}.lock`);
  await leaveSocket(path);
  await listenAt(t, path);
  assert.deepEqual(readdirSync(folder), ["s"]);
});

test("C10.04 a lock with our own number, which we do not hold, is void: the process before us was number 1, too", async (t) => {
  const folder = directory(t);
  const path = join(folder, "s");
  symlinkSync(String(process.pid), `${path}.lock`);
  await listenAt(t, path);
  assert.deepEqual(readdirSync(folder), ["s"]);
  await assertServes(path);
});

test("C10.04 the lock of a living process is waited for", async (t) => {
  const path = join(directory(t), "s");
  symlinkSync(String(process.ppid), `${path}.lock`);
  let isListening = false;
  const listening = listenAt(t, path).then(() => {
    isListening = true;
  });
  await leaveSocket(join(directory(t), "something to do meanwhile"));
  assert.equal(isListening, false);
  rmSync(`${path}.lock`);
  await listening;
  await assertServes(path);
});

test("C10.04 of several in one process exactly one gets the path", async (t) => {
  const path = join(directory(t), "s");
  await leaveSocket(path);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, () => listenAt(t, path)),
  );
  const [winner, ...others] = outcomes.filter(
    ({ status }) => status === "fulfilled",
  );
  assert.ok(winner);
  assert.equal(others.length, 0);
  await assertServes(path);
});

test("C10.04 of several processes that start at once exactly one gets the path", async (t) => {
  const folder = directory(t);
  const source = `
    import { createInterface } from "node:readline";
    import { serve } from "./src/fastcgi/serve.ts";
    const application = (_, startResponse) => {
      startResponse("200 OK", []);
      return [String(process.pid)];
    };
    console.log("ready");
    for await (const path of createInterface({ input: process.stdin })) {
      try {
        await serve(application, { listen: [path], inherited: false });
        console.log("won");
      } catch (error) {
        console.log(error.message);
      }
    }`;
  const programs = [1, 2, 3, 4].map(() =>
    startProgram(t, source, { stdin: "pipe" }),
  );
  for (const program of programs) assert.equal(await program.line(), "ready");
  const dead = await deadProcess(t);
  for (let round = 0; round < 20; round++) {
    const path = join(folder, `${round}`);
    await leaveSocket(path);
    // Every other time the one before has died while it held the lock.
    if (round % 2 === 1) symlinkSync(String(dead), `${path}.lock`);
    for (const program of programs) program.tell(path);
    const winners: Program[] = [];
    for (const program of programs) {
      const outcome = await program.line();
      if (outcome === "won") winners.push(program);
      else assert.match(outcome, /another process listens there$/);
    }
    assert.equal(winners.length, 1);
    const { stdout } = await roundTrip(path);
    assert.match(String(stdout), new RegExp(`\n${winners[0]?.child.pid}$`));
  }
  assert.equal(readdirSync(folder).length, 20);
});
