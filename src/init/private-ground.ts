import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findAccount } from "../host/accounts.ts";
import type { Account, Ground } from "./main.ts";
import type { PlannedFile } from "./plan.ts";

/** Whom web servers run as, by distribution. */
const WEB_USERS = ["www-data", "apache", "nginx", "http", "www", "nobody"];
/** Lines of a log that tell why. */
const LAST_LINES = 12;

/** A fresh folder which the server's user may enter, and nothing of the machine's own server is in. */
export class PrivateGround implements Ground {
  readonly root: string;
  readonly app: string;
  readonly run: string;
  readonly log: string;
  readonly account: Account | undefined = webAccount();
  #base: string | undefined;

  constructor() {
    // Short: the path of a socket has 107 bytes at most.
    this.root = mkdtempSync(join(tmpdir(), "tsgi-init-"));
    this.app = join(this.root, "app");
    this.run = join(this.root, "run");
    this.log = join(this.root, "log");
    chmodSync(this.root, 0o755);
    mkdirSync(join(this.app, "public"), { recursive: true });
    for (const folder of [this.run, this.log]) {
      mkdirSync(folder);
      this.give(folder);
    }
  }

  /** Of a relay: elsewhere, for the paths of sockets in it are longer still. Made when it is asked for. */
  get base(): string {
    if (this.#base === undefined) {
      this.#base = mkdtempSync("/tmp/tsgi-init-");
      this.give(this.#base);
    }
    return this.#base;
  }

  give(path: string): void {
    if (this.account) chownSync(path, this.account.uid, this.account.gid);
  }

  /** Writes a file of a plan, whose path is below the root. */
  write({ path, text, mode }: PlannedFile): string {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, mode);
    return path;
  }

  /** The end of what the server has logged to files. */
  lastOfLogs(): string {
    const text = readdirSync(this.log)
      .map((name) => readFileSync(join(this.log, name), "utf8"))
      .join("");
    return text.trimEnd().split("\n").slice(-LAST_LINES).join("\n");
  }

  remove(): void {
    for (const folder of [this.root, this.#base]) {
      if (folder) rmSync(folder, { recursive: true, force: true });
    }
  }
}

function webAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const user of WEB_USERS) {
    const found = findAccount(user);
    if (found === undefined) continue;
    const { uid, gid } = found;
    return { user, group: groupName(gid), uid, gid };
  }
  return undefined;
}

function groupName(gid: number): string {
  const line = readFileSync("/etc/group", "utf8")
    .split("\n")
    .find((each) => each.split(":")[2] === `${gid}`);
  return line?.split(":")[0] ?? `#${gid}`;
}
