// A resident CGI program in a folder of its own, executed as a web server executes it.
import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { beginRequest } from "../../src/fastcgi/encoder.ts";
import { FCGI } from "../../src/fastcgi/protocol.ts";
import { residentScript } from "../../src/resident/script.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What a run of the program gave. */
export interface Outcome {
  readonly status: number | null;
  readonly head: string;
  readonly body: Buffer;
  readonly stderr: string;
}

export interface Request {
  readonly method?: string;
  readonly body?: Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Who executes the program; whoever runs the tests unless given. */
  readonly uid?: number;
}

export interface SiteOptions {
  /** The text of app.js, a CommonJS module. */
  readonly application: string;
  readonly flags?: readonly string[];
  /** What to start instead of a responder. */
  readonly stay?: readonly string[];
  /** That of the script. */
  readonly pauseSeconds?: number;
}

export class Site {
  /** The base and the folder of the program. */
  readonly folder: string;
  readonly script: string;
  /** Where the responder resides. */
  readonly directory: string;
  readonly #isOurs: boolean;

  constructor({ application, flags = [], stay, pauseSeconds }: SiteOptions) {
    this.#isOurs = stay === undefined;
    this.folder = mkdtempSync(join(tmpdir(), "tsgi-r-"));
    this.write("app.js", application);
    const app = join(this.folder, "app.js");
    const node = process.execPath;
    const main = join(ROOT, "dist/cli/serving/resident-main.js");
    const text = residentScript({
      once: [node, join(ROOT, "bin/tsgi-cgi"), app],
      stay: stay ?? [node, main, "--resident-idle=60s", ...flags, app],
      base: this.folder,
      pauseSeconds,
    });
    this.script = this.write("app.cgi", text);
    chmodSync(this.script, 0o755);
    const { dev, ino } = statSync(this.script);
    const uid = process.getuid?.();
    this.directory = join(this.folder, `.tsgi-${uid}-${dev}-${ino}`);
  }

  get socket(): string {
    return join(this.directory, "s");
  }

  write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  get log(): string {
    const log = join(this.directory, "log");
    return existsSync(log) ? readFileSync(log, "utf8") : "";
  }

  /** The program, started for a request whose body is still to come. */
  start({
    method = "GET",
    body,
    env = {},
    uid,
  }: Request = {}): ChildProcessWithoutNullStreams {
    return spawn(this.script, [], {
      cwd: this.folder,
      ...(uid !== undefined && { uid, gid: uid }),
      env: {
        PATH: `${process.env.PATH}`,
        GATEWAY_INTERFACE: "CGI/1.1",
        REQUEST_METHOD: method,
        SCRIPT_NAME: "/app.cgi",
        SCRIPT_FILENAME: this.script,
        REQUEST_URI: "/app.cgi",
        QUERY_STRING: "",
        SERVER_NAME: "localhost",
        SERVER_PORT: "80",
        SERVER_PROTOCOL: "HTTP/1.1",
        ...(body && { CONTENT_LENGTH: String(body.length) }),
        ...env,
      },
    });
  }

  /** One request, from start to end. */
  async run(request: Request = {}): Promise<Outcome> {
    const child = this.start(request);
    child.stdin.on("error", () => {});
    child.stdin.end(request.body ?? "");
    return outcomeOf(child);
  }

  /** The body's text of a request that succeeds. */
  async text(request: Request = {}): Promise<string> {
    const { status, head, body, stderr } = await this.run(request);
    assert.match(head, /Status: 200 /, stderr + body);
    assert.equal(status, 0);
    return body.toString();
  }

  /** Makes the first request, and resolves when the responder listens. */
  async warm(): Promise<void> {
    await this.text();
    await this.listens();
  }

  /** Resolves when somebody listens at the socket's name. */
  async listens(): Promise<void> {
    await seen(this.folder, () => existsSync(this.directory));
    await seen(this.directory, () => existsSync(this.socket));
  }

  /** Resolves when the directory is gone. */
  async vacated(): Promise<void> {
    await seen(this.folder, () => !existsSync(this.directory));
  }

  /** Ends the responder and removes the folder. */
  async remove(): Promise<void> {
    if (this.#isOurs && existsSync(this.socket)) {
      // It leaves when it is asked for a request and a watched file has changed.
      this.write("restart.txt", String(Math.random()));
      const socket = connect(this.socket);
      socket.on("error", () => {}).resume();
      socket.end(beginRequest(1, FCGI.RESPONDER, false));
      // What was killed has left its file; nobody answers there.
      await new Promise((resolve) => socket.on("close", resolve));
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A site until the end of the test. */
export function siteFor(t: TestContext, options: SiteOptions): Site {
  const site = new Site(options);
  t.after(() => site.remove());
  return site;
}

/** What a started program gives until it ends. */
export async function outcomeOf(
  child: ChildProcessWithoutNullStreams,
): Promise<Outcome> {
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on("data", (chunk) => output.push(chunk));
  child.stderr.on("data", (chunk) => errors.push(chunk));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const bytes = Buffer.concat(output);
  const end = bytes.indexOf("\r\n\r\n");
  return {
    status,
    head: bytes.toString("latin1", 0, end < 0 ? 0 : end + 2),
    body: bytes.subarray(end < 0 ? 0 : end + 4),
    stderr: Buffer.concat(errors).toString(),
  };
}

/** Resolves when `test` holds; it is asked again at each change in the folder. */
export function seen(folder: string, test: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    let watcher: ReturnType<typeof watch> | undefined;
    const look = (): void => {
      if (!test()) return;
      watcher?.close();
      resolve();
    };
    try {
      watcher = watch(folder, look);
      watcher.on("error", look);
    } catch (error) {
      if (!test()) reject(error);
    }
    look();
  });
}
