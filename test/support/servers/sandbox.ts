// A machine in a folder: the layout which the shipped configuration files assume, /srv/app and
// /run/app, below a fresh directory, with TSGI installed as a user would have it.
import {
  accessSync,
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { CHECKOUT, installation } from "./installation.ts";

/** Whom servers drop their privileges to. */
export interface Account {
  readonly user: string;
  readonly group: string;
  readonly uid: number;
  readonly gid: number;
}

/** The folders of one test, and what runs in them. */
export class Sandbox {
  readonly root: string;
  /** Stands for /srv/app. */
  readonly app: string;
  /** Stands for /run/app. */
  readonly run: string;
  readonly log: string;
  /** Undefined where the tests do not run as root: then everything runs as the same user. */
  readonly account: Account | undefined = webAccount();
  /** What a service manager would pass: nothing but PATH. */
  readonly env: NodeJS.ProcessEnv;

  constructor() {
    const { root, bin, modules } = installation();
    this.root = mkdtempSync(join(root, "site-"));
    this.app = join(this.root, "app");
    this.run = join(this.root, "run");
    this.log = join(this.root, "log");
    chmodSync(this.root, 0o755);
    for (const directory of [this.app, this.run, this.log]) {
      mkdirSync(directory);
    }
    for (const name of ["cgi-bin", "public/static", "public/private"]) {
      mkdirSync(join(this.app, name), { recursive: true });
    }
    for (const directory of [this.run, this.log]) this.give(directory);
    chmodSync(this.run, 0o775);
    symlinkSync(modules, join(this.app, "node_modules"));
    const programs = join(modules, ".bin");
    this.env = { PATH: [bin, programs, "/usr/bin", "/bin"].join(delimiter) };
  }

  /** Hands a file or folder to the servers' user. */
  give(path: string): void {
    if (this.account) chownSync(path, this.account.uid, this.account.gid);
  }

  /** Writes a file below the root; `mode` 0755 makes it a program. */
  write(path: string, text: string, mode = 0o644): string {
    const target = join(this.root, path);
    writeFileSync(target, text);
    chmodSync(target, mode);
    return target;
  }

  /** Copies a file to below the root. */
  copy(from: string, path: string): void {
    cpSync(from, join(this.root, path));
  }

  /**
   * A shipped file with this machine's paths in it. Every replacement must have its place, so that
   * the file and the test cannot drift apart.
   */
  shipped(
    path: string,
    replacements: Readonly<Record<string, string>> = {},
  ): string {
    let text = readFileSync(join(CHECKOUT, path), "utf8");
    for (const [from, to] of Object.entries(replacements)) {
      if (!text.includes(from)) throw new Error(`${path} has no "${from}"`);
      text = text.replaceAll(from, to);
    }
    return text
      .replaceAll("/srv/app", this.app)
      .replaceAll("/run/app", this.run)
      .replaceAll("/var/log/lighttpd", this.log);
  }

  /** All that was logged to files. */
  logs(): string {
    return readdirSync(this.log)
      .map((name) => readFileSync(join(this.log, name), "utf8"))
      .join("");
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** The full name of a program, undefined where it is not installed. */
export function find(program: string): string | undefined {
  const path = `${process.env.PATH}${delimiter}/usr/sbin`;
  return path
    .split(delimiter)
    .map((directory) => join(directory, program))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, 1);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function webAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const [, , uid, gid] = entry("/etc/passwd", (line) => line[0] === "www-data");
  const [group = ""] = entry("/etc/group", (line) => line[2] === gid);
  return { user: "www-data", group, uid: Number(uid), gid: Number(gid) };
}

function entry(file: string, wanted: (fields: string[]) => boolean): string[] {
  const lines = readFileSync(file, "utf8").split("\n");
  const found = lines.map((line) => line.split(":")).find(wanted);
  if (found === undefined) throw new Error(`${file} has no www-data`);
  return found;
}
