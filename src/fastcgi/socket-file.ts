// A Unix socket is a file: made with the right permissions from the first moment, put in the place
// of a dead one but never of a living one, and removed only while it is still ours.
import {
  chownSync,
  lstatSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { connect, type Server } from "node:net";
import { dirname, join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { TsgiError } from "../common/errors.ts";
import { numberOf } from "../host/accounts.ts";
import { PATH_LIMIT } from "./address.ts";
import { type Listener, listening } from "./listener.ts";

/** Whose the file is, and what may be done with it. */
export interface SocketFileOptions {
  readonly socketMode: number;
  readonly socketOwner: string | number | undefined;
  readonly socketGroup: string | number | undefined;
  readonly backlog: number;
}

/** Tells the sockets apart which this process makes in one directory. */
let count = 0;
/** The locks this process holds. */
const heldLocks = new Set<string>();

/** @throws the system's error, or {TsgiError} `LISTEN` where somebody listens there already */
export async function listenOnPath(
  server: Server,
  path: string,
  options: SocketFileOptions,
): Promise<Listener> {
  // Under a name of its own until it is ready; then it takes the place at once. libuv will unlink
  // that name at the end, and not whatever has come to stand at `path`.
  const own = join(dirname(path), `.${process.pid}-${count++}`);
  if (Buffer.byteLength(own) > PATH_LIMIT) {
    throw new TsgiError(
      "LISTEN",
      `Cannot listen on ${path}: its directory leaves no room for a temporary name in ${PATH_LIMIT} bytes; choose a shorter one`,
    );
  }
  const unlock = await lock(path);
  try {
    await refuseLiving(path);
    rmSync(own, { force: true });
    await bind(server, own, options);
    giveAway(own, options);
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

function bind(
  server: Server,
  path: string,
  { socketMode, backlog }: SocketFileOptions,
): Promise<void> {
  const umask = process.umask(0o777 & ~socketMode);
  try {
    // The file is made in this tick; nobody else's will be made with our umask.
    return listening(server, { path, backlog });
  } finally {
    process.umask(umask);
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
  for (let tries = 0; !take(file); tries++) {
    if (tries > 100) {
      throw new TsgiError(
        "LISTEN",
        `Cannot listen on ${path}: another process has held ${file} for seconds; remove it if that process is gone`,
      );
    }
    dropVoid(file);
    await delay(50);
  }
  return () => giveBack(file);
}

/** A lock is a symbolic link to its holder's number: it is there at once, or not at all. */
function take(file: string): boolean {
  try {
    symlinkSync(String(process.pid), file);
    heldLocks.add(resolve(file));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function giveBack(file: string): void {
  heldLocks.delete(resolve(file));
  rmSync(file, { force: true });
}

/** Of several who find the holder dead, one looks again and removes: else it might be the lock of the next holder. */
function dropVoid(file: string): void {
  const claim = `${file}.void`;
  if (holderLives(file) || !take(claim)) return;
  if (!holderLives(file)) rmSync(file, { force: true });
  giveBack(claim);
}

function holderLives(file: string): boolean {
  try {
    const holder = Number(readlinkSync(file));
    // In a container each process in turn is number 1: one before us may have left our number.
    if (holder === process.pid) return heldLocks.has(resolve(file));
    process.kill(holder, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function giveAway(path: string, options: SocketFileOptions): void {
  const { socketOwner, socketGroup } = options;
  if (socketOwner === undefined && socketGroup === undefined) return;
  const uid = socketOwner === undefined ? -1 : owner("passwd", socketOwner);
  const gid = socketGroup === undefined ? -1 : owner("group", socketGroup);
  try {
    chownSync(path, uid, gid);
  } catch (cause) {
    const whom = [socketOwner, socketGroup].filter((one) => one !== undefined);
    throw new TsgiError(
      "LISTEN",
      `Cannot give the socket to ${whom.join(":")}: this process may not`,
      { cause },
    );
  }
}

function owner(database: "passwd" | "group", name: string | number): number {
  const number = numberOf(database, name);
  if (number !== undefined) return number;
  const kind = database === "passwd" ? "user" : "group";
  throw new TsgiError(
    "LISTEN",
    `Cannot give the socket to ${kind} ${JSON.stringify(name)}: there is none of that name`,
  );
}
