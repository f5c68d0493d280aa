// The units, as far as they can be tried without a running systemd: what it would start is started.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, renameSync } from "node:fs";
import { createServer } from "node:net";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { type TestContext, test } from "node:test";
import { type NotifySocket, notifySocket } from "../host/datagrams.ts";
import { atEnd } from "../support/at-end.ts";
import { roundTrip } from "../support/peer.ts";
import { find, Sandbox } from "../support/servers/sandbox.ts";

const SERVICES = [
  "systemd/app.service",
  "systemd/tsgi@.service",
  "systemd/socket/app.service",
] as const;

const missing = ["systemd-analyze", "systemd-notify", "perl"].find(
  (name) => find(name) === undefined,
);
// Under CI they have to be there.
const options = {
  skip:
    missing !== undefined && process.env.CI !== "true"
      ? `${missing} is not installed`
      : false,
};

const APPLICATION = `export default (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "application/json"]]);
  const { HOME, LISTEN_FDS, NOTIFY_SOCKET } = process.env;
  return JSON.stringify({ pid: process.pid, ppid: process.ppid, HOME, LISTEN_FDS, NOTIFY_SOCKET });
};
`;

/** Settings of a unit, by their names; of several with one name the last. */
type Unit = ReadonlyMap<string, string>;

/** A machine with the application, and the units for it. */
class Machine {
  readonly sandbox = new Sandbox();
  readonly systemd: NotifySocket;

  private constructor(systemd: NotifySocket) {
    this.systemd = systemd;
    this.sandbox.write("app/package.json", '{ "type": "module" }');
    this.sandbox.write("app/app.js", APPLICATION);
  }

  static async make(t: TestContext): Promise<Machine> {
    const machine = new Machine(await notifySocket(t));
    atEnd(t, () => machine.sandbox.remove());
    return machine;
  }

  /** A shipped unit with this machine's paths, as a file and as settings. */
  unit(file: string): { path: string; unit: Unit } {
    // The template is started as tsgi@app.
    const instance: Record<string, string> = file.includes("@")
      ? { "%i": "app" }
      : {};
    const text = this.sandbox.shipped(file, instance);
    const path = this.sandbox.write(basename(file), text);
    const settings = text.matchAll(/^([A-Za-z]+)=(.*)$/gm);
    return {
      path,
      unit: new Map(
        [...settings].map(([, name = "", value = ""]) => [name, value]),
      ),
    };
  }

  /** Starts what the unit says, with the little environment that systemd gives. */
  start(t: TestContext, unit: Unit, descriptor?: number): Process {
    const { account } = this.sandbox;
    const assignments = (unit.get("Environment") ?? "").split(" ");
    const environment = Object.fromEntries(
      assignments.filter(Boolean).map((each) => each.split("=")),
    );
    const command = unit.get("ExecStart") ?? "";
    // LISTEN_PID is the number that the process will have.
    const script = descriptor === undefined ? "exec " : "LISTEN_PID=$$ exec ";
    const child = spawn("sh", ["-c", script + command], {
      cwd: "/",
      ...(account && { uid: account.uid, gid: account.gid }),
      env: {
        ...environment,
        PATH: this.sandbox.env.PATH,
        NOTIFY_SOCKET: this.systemd.path,
        ...(descriptor !== undefined && { LISTEN_FDS: "1" }),
      },
      stdio: ["ignore", "ignore", "pipe", descriptor ?? "ignore"],
    });
    const exited = once(child, "exit");
    atEnd(t, async () => {
      child.kill("SIGKILL");
      await exited;
    });
    let log = "";
    createInterface({ input: child.stderr as Readable }).on("line", (line) => {
      log += `${line}\n`;
    });
    return {
      pid: child.pid ?? 0,
      ended: exited.then(([status]) => status),
      log: () => log,
    };
  }

  /** What the unit does to a process at `systemctl reload`. */
  reload(unit: Unit, { pid }: Process): void {
    const command = (unit.get("ExecReload") ?? "").replace(
      "$MAINPID",
      `${pid}`,
    );
    assert.equal(spawnSync("sh", ["-c", command]).status, 0);
  }

  /** The next that it tells of the state. */
  async told(
    state: string,
    { ended, log }: Process,
  ): Promise<Readonly<Record<string, string>>> {
    const isOver = ended.then((status) => {
      throw new Error(`It ended with ${status} instead:\n${log()}`);
    });
    isOver.catch(() => {});
    for (;;) {
      const message = await Promise.race([this.systemd.next(), isOver]);
      if (message[state] !== undefined) return message;
    }
  }
}

interface Process {
  readonly pid: number;
  readonly ended: Promise<number | null>;
  log(): string;
}

async function answerOf(path: string): Promise<Record<string, unknown>> {
  const { stdout } = await roundTrip(path, { REQUEST_URI: "/" });
  const [head = "", body = ""] = `${stdout}`.split("\r\n\r\n");
  assert.match(head, /Status: 200 OK/);
  return JSON.parse(body);
}

test("systemd finds nothing wrong with the units", options, async (t) => {
  const machine = await Machine.make(t);
  machine.unit("systemd/socket/app.socket");
  for (const file of SERVICES) {
    const { path } = machine.unit(file);
    const { stderr, status } = spawnSync(
      "systemd-analyze",
      ["verify", "--man=no", path],
      // Beside those of the system: a service may name its socket.
      {
        encoding: "utf8",
        env: { SYSTEMD_UNIT_PATH: `${machine.sandbox.root}:` },
      },
    );
    const about = stderr
      .split("\n")
      .filter((line) => line.includes(basename(path)));
    assert.deepEqual(about, [], file);
    assert.equal(status, 0, stderr);
  }
});

for (const file of SERVICES.slice(0, 2)) {
  test(
    `${file} starts, reloads and stops the application, and knows when`,
    options,
    async (t) => {
      const machine = await Machine.make(t);
      const { unit } = machine.unit(file);
      const service = machine.start(t, unit);
      const ready = await machine.told("READY", service);
      assert.equal(ready.MAINPID, `${service.pid}`, service.log());
      const path = join(machine.sandbox.run, "app.sock");
      const before = await answerOf(path);
      assert.equal(before.ppid, service.pid);
      assert.ok(before.HOME);
      assert.equal(before.NOTIFY_SOCKET, undefined);
      machine.reload(unit, service);
      await machine.told("RELOADING", service);
      await machine.told("READY", service);
      const after = await answerOf(path);
      assert.equal(after.ppid, service.pid);
      assert.notEqual(after.pid, before.pid);
      process.kill(service.pid, "SIGTERM");
      await machine.told("STOPPING", service);
      assert.equal(await service.ended, 0);
    },
  );
}

test(
  "systemd/socket/app.service serves the socket that systemd holds, and leaves it",
  options,
  async (t) => {
    const machine = await Machine.make(t);
    const { unit } = machine.unit("systemd/socket/app.service");
    const { unit: socket } = machine.unit("systemd/socket/app.socket");
    const path = socket.get("ListenStream") ?? "";
    assert.equal(path, join(machine.sandbox.run, "app.sock"));
    const server = createServer().listen(`${path}.own`);
    await once(server, "listening");
    atEnd(t, () => void server.close());
    // When this server is closed Node removes the file of the first name.
    renameSync(`${path}.own`, path);
    const { fd } = (server as unknown as { _handle: { fd: number } })._handle;
    const service = machine.start(t, unit, fd);
    await machine.told("READY", service);
    server.close();
    const { ppid, LISTEN_FDS } = await answerOf(path);
    assert.equal(ppid, service.pid, service.log());
    assert.equal(LISTEN_FDS, undefined);
    process.kill(service.pid, "SIGTERM");
    assert.equal(await service.ended, 0);
  },
);

test("the units wait for longer than the application's own limits", () => {
  for (const file of SERVICES) {
    const text = readFileSync(
      new URL(`../../${file}`, import.meta.url),
      "utf8",
    );
    const seconds = (name: string): number =>
      Number(new RegExp(`^${name}=([0-9]+)$`, "m").exec(text)?.[1]);
    // --graceful-timeout 30 s, --abort-grace 5 s, and 5 s for the end.
    assert.ok(seconds("TimeoutStopSec") > 40, file);
    // --start-timeout 60 s.
    assert.ok(seconds("TimeoutStartSec") > 60, file);
  }
});
