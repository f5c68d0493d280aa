// A Unix socket is a file: made with the right permissions from the first moment, put in the place
// of a dead one but never of a living one, and removed only while it is still ours.
import { execFileSync } from "node:child_process";
import {
  chownSync,
  closeSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { connect, type Server } from "node:net";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { TsgiError } from "../common/errors.ts";
import { type Listener, listening } from "./listener.ts";

export interface SocketFileOptions {
  readonly socketMode: number;
  readonly socketOwner: string | number | undefined;
  readonly socketGroup: string | number | undefined;
  readonly backlog: number;
}

/** @throws the system's error, or {TsgiError} `LISTEN` where somebody listens there already */
export async function listenOnPath(
  server: Server,
  path: string,
  options: SocketFileOptions,
): Promise<Listener> {
  const unlock = await lock(path);
  // Under a name of its own until it is ready; then it takes the place at once.
  const own = join(
    dirname(path),
    `.${process.pid}${basename(path)}`.slice(0, 20),
  );
  try {
    await refuseLiving(path);
    rmSync(own, { force: true });
    const umask = process.umask(0o777 & ~options.socketMode);
    try {
      await listening(server, { path: own, backlog: options.backlog });
    } finally {
      process.umask(umask);
    }
    chown(own, options);
    const { ino } = lstatSync(own);
    renameSync(own, path);
    return { address: path, close: () => closeFile(server, path, ino) };
  } catch (error) {
    server.close();
    rmSync(own, { force: true });
    throw error;
  } finally {
    unlock();
  }
}

function closeFile(server: Server, path: string, ino: number): void {
  try {
    if (lstatSync(path).ino === ino) rmSync(path, { force: true });
  } catch {
    // Somebody has removed it: that is what we wanted.
  }
  server.close();
}

async function refuseLiving(path: string): Promise<void> {
  const file = lstatSync(path, { throwIfNoEntry: false });
  if (file === undefined) return;
  if (!file.isSocket()) {
    throw new TsgiError(
      "LISTEN",
      `Cannot listen on ${path}: there is a file of that name which is no socket`,
    );
  }
  if (await isAlive(path)) {
    throw new TsgiError(
      "LISTEN",
      `Cannot listen on ${path}: another process listens there`,
      { cause: Object.assign(new Error("in use"), { code: "EADDRINUSE" }) },
    );
  }
}

/** Whether anybody answers. Who is merely too busy for us (EAGAIN, EACCES) lives. */
function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code !== "ECONNREFUSED" && error.code !== "ENOENT");
    });
  });
}

/** Only one process at a time may look and then replace. A lock of a dead one is void. */
async function lock(path: string): Promise<() => void> {
  const file = `${path}.lock`;
  for (let tries = 0; ; tries++) {
    try {
      const descriptor = openSync(file, "wx", 0o600);
      writeSync(descriptor, String(process.pid));
      closeSync(descriptor);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      if (tries > 100) {
        throw new TsgiError(
          "LISTEN",
          `Cannot listen on ${path}: another process has held ${file} for seconds; remove it if that process is gone`,
        );
      }
      if (!holderLives(file)) rmSync(file, { force: true });
      await delay(50);
    }
  }
}

function holderLives(file: string): boolean {
  try {
    const pid = Number(readFileSync(file, "latin1"));
    // Created, and its number not written yet.
    if (!(pid > 0)) return true;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function chown(path: string, options: SocketFileOptions): void {
  const { socketOwner, socketGroup } = options;
  if (socketOwner === undefined && socketGroup === undefined) return;
  const uid = socketOwner === undefined ? -1 : numberOf("passwd", socketOwner);
  const gid = socketGroup === undefined ? -1 : numberOf("group", socketGroup);
  chownSync(path, uid, gid);
}

/** The number of a user or group, from whatever the system keeps them in. */
function numberOf(database: "passwd" | "group", name: string | number): number {
  if (/^[0-9]+$/.test(String(name))) return Number(name);
  try {
    const line = execFileSync("getent", [database, String(name)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return Number(line.split(":")[2]);
  } catch (cause) {
    const kind = database === "passwd" ? "user" : "group";
    throw new TsgiError(
      "LISTEN",
      `Cannot give the socket to ${kind} ${JSON.stringify(name)}: there is none of that name`,
      { cause },
    );
  }
}
