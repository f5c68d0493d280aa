// A Unix socket is a file: made with the right permissions from the first moment, put in the place
// of a dead one but never of a living one, and removed only while it is still ours.
import { chownSync, lstatSync, renameSync, rmSync, statSync } from "node:fs";
import { connect, type Server } from "node:net";
import { dirname, join } from "node:path";
import { TsgiError } from "../common/errors.ts";
import { numberOf } from "../host/accounts.ts";
import { PATH_LIMIT } from "./address.ts";
import { type Listener, listening } from "./listener.ts";
import { lock } from "./socket-lock.ts";

/** Whose the file is, and what may be done with it. */
export interface SocketFileOptions {
  readonly socketMode: number;
  readonly socketOwner: string | number | undefined;
  readonly socketGroup: string | number | undefined;
  readonly backlog: number;
}

/** Tells the sockets apart which this process makes in one directory. */
let count = 0;

/**
 *   bound ------------> placed
 *          place()
 */
export class SocketFile {
  readonly path: string;
  /** A name of its own until it is ready. libuv will unlink that at the end, and not whatever has come to stand at `path`. */
  readonly #own: string;
  #ino = 0;

  private constructor(path: string) {
    this.path = path;
    this.#own = join(dirname(path), `.${process.pid}-${count++}`);
    if (Buffer.byteLength(this.#own) > PATH_LIMIT) {
      throw new TsgiError(
        "LISTEN",
        `Cannot listen on ${path}: its directory leaves no room for a temporary name in ${PATH_LIMIT} bytes; choose a shorter one`,
      );
    }
  }

  /**
   * @param bind makes the socket at the path it is given, in this tick
   * @throws the system's error, or {TsgiError} `LISTEN` where it cannot be given to its owner
   */
  static async bind(
    path: string,
    options: SocketFileOptions,
    bind: (own: string) => unknown,
  ): Promise<SocketFile> {
    const file = new SocketFile(path);
    try {
      // libuv would call a missing directory a lack of permission.
      statSync(dirname(path));
      rmSync(file.#own, { force: true });
      await withMode(options.socketMode, () => bind(file.#own));
      giveAway(file.#own, options);
      file.#ino = lstatSync(file.#own).ino;
      return file;
    } catch (error) {
      file.remove();
      throw error;
    }
  }

  /** Gives it its name at once, where nobody listens. @throws {TsgiError} `LISTEN`, or the system's error */
  async place(): Promise<void> {
    const unlock = await lock(this.path);
    try {
      await refuseLiving(this.path);
      renameSync(this.#own, this.path);
    } finally {
      unlock();
    }
  }

  /** Whether whoever connects to the path still comes here. */
  get isInPlace(): boolean {
    try {
      return lstatSync(this.path).ino === this.#ino;
    } catch {
      return false;
    }
  }

  /** Removes it, and nobody else's. */
  remove(): void {
    try {
      rmSync(this.#own, { force: true });
      if (this.isInPlace) rmSync(this.path, { force: true });
    } catch {
      // Somebody has removed it, or its directory: that is what we wanted.
    }
  }
}

/** @throws the system's error, or {TsgiError} `LISTEN` where somebody listens there already */
export async function listenOnPath(
  server: Server,
  path: string,
  options: SocketFileOptions,
): Promise<Listener> {
  const { backlog } = options;
  try {
    const file = await SocketFile.bind(path, options, (own) =>
      listening(server, { path: own, backlog }),
    );
    try {
      await file.place();
    } catch (error) {
      file.remove();
      throw error;
    }
    const close = (): void => {
      file.remove();
      server.close();
    };
    return { address: path, close, isReachable: () => file.isInPlace };
  } catch (error) {
    server.close();
    throw error;
  }
}

/** The file is made in this tick; nobody else's will be made with our umask. */
function withMode<Result>(mode: number, make: () => Result): Result {
  const umask = process.umask(0o777 & ~mode);
  try {
    return make();
  } finally {
    process.umask(umask);
  }
}

/** @throws {TsgiError} `LISTEN` where somebody listens there, or something else stands there */
export async function refuseLiving(path: string): Promise<void> {
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
