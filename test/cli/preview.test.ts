import assert from "node:assert/strict";
import { once } from "node:events";
import {
  mkdirSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { folder, run, start } from "./tsgi.ts";

/** An application that answers with `text`, and tells its process on standard output. */
function saying(text: string): string {
  return `
    console.log("pid", process.pid);
    export default (environ, startResponse) => {
      startResponse("200 OK", [["Content-Type", "text/plain"]]);
      return ${JSON.stringify(text)} + " " + environ.SCRIPT_NAME + environ.PATH_INFO;
    };`;
}

/** A running preview of an application in a folder of its own. */
class Preview {
  readonly folder: string;
  readonly temporary: string;
  readonly child: ReturnType<typeof start>;
  readonly #lines: string[] = [];
  #wake: () => void = () => {};

  /** @param text of app.mjs */
  constructor(t: TestContext, text: string, ...args: string[]) {
    this.folder = folder(t);
    this.temporary = folder(t);
    this.write("app.mjs", text);
    const path = join(this.folder, "app.mjs");
    const all = ["preview", ...args, ...(args.includes("--cgi") ? [] : [path])];
    this.child = start(t, all, { TMPDIR: this.temporary });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        this.#lines.push(line);
        this.#wake();
      });
    }
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  /** Takes the first line that matches, when there is one. */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      for (const [index, line] of this.#lines.entries()) {
        const match = pattern.exec(line);
        if (match === null) continue;
        this.#lines.splice(index, 1);
        return match;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async url(): Promise<string> {
    return (await this.line(/^http:\/\/127\.0\.0\.1:\d+\/\S*$/))[0];
  }

  async pid(): Promise<number> {
    return Number((await this.line(/^pid (\d+)$/))[1]);
  }

  /** Ends it as Ctrl-C does. @returns its exit status */
  async end(): Promise<unknown> {
    const closed = once(this.child, "close");
    this.child.kill("SIGINT");
    return (await closed)[0];
  }
}

async function textAt(url: string, init?: RequestInit): Promise<string> {
  return (await fetch(url, init)).text();
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("tsgi preview serves an application, and ends without a trace", async (t) => {
  const preview = new Preview(t, saying("hello"), "--port", "0");
  const url = await preview.url();
  const pid = await preview.pid();
  assert.equal(await textAt(`${url}a%20b`), "hello /a b");
  await preview.line(/^GET \/a%20b 200$/);
  assert.equal(await preview.end(), 0);
  assert.ok(!isAlive(pid));
  assert.deepEqual(readdirSync(preview.temporary), []);
});

test("tsgi preview keeps its socket where nobody else may go", async (t) => {
  const preview = new Preview(t, saying("hello"), "--port", "0");
  await preview.pid();
  const [name] = readdirSync(preview.temporary);
  const { mode } = statSync(join(preview.temporary, String(name)));
  assert.equal(mode & 0o777, 0o700);
});

test("tsgi preview mounts the application", async (t) => {
  const preview = new Preview(t, saying("hello"), "-p", "0", "--mount", "/app");
  const url = await preview.url();
  assert.ok(url.endsWith("/app/"));
  assert.equal(await textAt(`${url}x`), "hello /app/x");
  const { status } = await fetch(new URL("/other", url));
  assert.equal(status, 404);
});

test("tsgi preview shows errors with their stack", async (t) => {
  const preview = new Preview(
    t,
    "export default function app() { throw new Error('oh no'); }",
    "--port=0",
  );
  const response = await fetch(await preview.url());
  assert.equal(response.status, 500);
  assert.match(await response.text(), /oh no[\s\S]*app\.mjs:1/);
  await preview.line(/oh no/);
});

test("tsgi preview reloads when a file changes, new folders included", async (t) => {
  const preview = new Preview(
    t,
    `import { readFileSync } from "node:fs";${saying("one")}`,
    "--port=0",
  );
  const url = await preview.url();
  assert.equal(await textAt(url), "one /");
  const before = await preview.pid();
  preview.write("app.mjs", saying("two"));
  await preview.line(/^Reloaded$/);
  assert.equal(await textAt(url), "two /");
  mkdirSync(join(preview.folder, "views"));
  await preview.line(/^Reloaded$/);
  preview.write("views/page.html", "new");
  await preview.line(/^Reloaded$/);
  // As editors save: a new file takes the old one's name.
  preview.write("next~", saying("three"));
  renameSync(join(preview.folder, "next~"), join(preview.folder, "app.mjs"));
  await preview.line(/^Reloaded$/);
  assert.equal(await textAt(url), "three /");
  while (isAlive(before)) await new Promise((done) => setImmediate(done));
});

test("tsgi preview lets the old process finish what runs", async (t) => {
  const preview = new Preview(
    t,
    `${saying("old").replace(
      'return "old"',
      'if (environ.PATH_INFO === "/slow") await new Promise((done) => process.once("SIGTERM", () => setTimeout(done, 50)));\nreturn "old"',
    )}`.replace("default (environ", "default async (environ"),
    "--port=0",
  );
  const url = await preview.url();
  const slow = textAt(`${url}slow`);
  assert.equal(await textAt(`${url}fast`), "old /fast");
  preview.write("app.mjs", saying("new"));
  assert.equal(await slow, "old /slow");
  assert.equal(await textAt(url), "new /");
});

test("tsgi preview shows why an application does not start until it is mended", async (t) => {
  const preview = new Preview(t, "export default 5;", "--port=0");
  const url = await preview.url();
  await preview.line(/Cannot load .*its default export is a number/);
  await preview.line(/status 66; waiting for a change$/);
  const plain = await fetch(url);
  assert.equal(plain.status, 502);
  assert.match(await plain.text(), /its default export is a number/);
  const page = await textAt(url, { headers: { Accept: "text/html" } });
  assert.match(page, /^<!doctype html>/);
  preview.write("app.mjs", saying("mended"));
  await preview.line(/^Reloaded$/);
  assert.equal(await textAt(url), "mended /");
  preview.write("app.mjs", "syntax error(");
  await preview.line(/waiting for a change$/);
  assert.match(await textAt(url), /Cannot load .*app\.mjs:1/);
});

test("tsgi preview shows why a process has ended", async (t) => {
  const preview = new Preview(
    t,
    `setTimeout(() => { throw new Error("later") }, 1);${saying("one")}`,
    "--port=0",
  );
  const url = await preview.url();
  await preview.line(/status 1; waiting for a change$/);
  assert.match(await textAt(url), /FATAL[\s\S]*Error: later\n/);
});

test("tsgi preview replaces a process that never gets ready", async (t) => {
  const preview = new Preview(
    t,
    'console.log("pid", process.pid); await new Promise(() => { setInterval(() => {}, 1000); });',
    "--port=0",
  );
  const url = await preview.url();
  const pid = await preview.pid();
  preview.write("app.mjs", saying("ready"));
  assert.equal(await textAt(url), "ready /");
  assert.ok(!isAlive(pid));
});

test("tsgi preview ends while a process is not ready", async (t) => {
  const preview = new Preview(
    t,
    'console.log("pid", process.pid); await new Promise(() => { setInterval(() => {}, 1000); });',
    "--port=0",
  );
  await preview.url();
  const pid = await preview.pid();
  assert.equal(await preview.end(), 0);
  assert.ok(!isAlive(pid));
});

test("tsgi preview ends while a request runs", async (t) => {
  const preview = new Preview(
    t,
    'export default () => { console.log("asked"); return new Promise(() => {}); };',
    "--port=0",
  );
  const response = fetch(await preview.url());
  await preview.line(/^asked$/);
  const [status] = await Promise.all([
    preview.end(),
    assert.rejects(response, { name: "TypeError" }),
  ]);
  assert.equal(status, 0);
  assert.deepEqual(readdirSync(preview.temporary), []);
});

for (const [what, text] of [
  ["serves", saying("hello")],
  [
    "loads",
    'console.log("pid", process.pid); setInterval(() => {}, 1000); await new Promise(() => {});',
  ],
] as const) {
  test(`tsgi preview does not leave behind an application that ${what} when it is killed`, async (t) => {
    const preview = new Preview(t, text, "--port=0");
    const url = await preview.url();
    const pid = await preview.pid();
    if (what === "serves") await textAt(url);
    preview.child.kill("SIGKILL");
    // It had the other end of the pipes, too.
    await once(preview.child, "close");
    while (isAlive(pid)) await new Promise((done) => setImmediate(done));
  });
}

test("tsgi preview runs a CGI program for each request", async (t) => {
  const path = join(folder(t), "app.cgi");
  const text = `#!/usr/bin/env tsgi-cgi
module.exports = (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return environ.REQUEST_METHOD + " " + environ.PATH_INFO + " " + process.pid;
};
`;
  writeFileSync(path, text, { mode: 0o755 });
  const preview = new Preview(t, "", "--port=0", "--cgi", path);
  const url = await preview.url();
  const [one, two] = [await textAt(`${url}a`), await textAt(`${url}a`)];
  assert.match(one, /^GET \/a \d+$/);
  assert.notEqual(one, two);
});

test("tsgi preview takes the next port where 8000 is in use", async (t) => {
  const server = createServer();
  server.listen(8000, "127.0.0.1");
  t.after(() => server.close());
  const isOurs = await once(server, "listening").then(
    () => true,
    () => false,
  );
  const preview = new Preview(t, saying("hello"));
  const url = await preview.url();
  assert.equal(await textAt(url), "hello /");
  // Who else has the port may leave at any time.
  if (!isOurs) return t.diagnostic("another program has port 8000");
  assert.notEqual(new URL(url).port, "8000");
  await preview.line(/^Port 8000 is in use$/);
});

test("tsgi preview ends with 69 where the port it was given is in use", async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const temporary = folder(t);
  const path = join(folder(t), "app.mjs");
  writeFileSync(path, saying("hello"));
  const { status, stdout, stderr } = await run(
    t,
    ["preview", "--port", String(port), path],
    { env: { TMPDIR: temporary } },
  );
  assert.deepEqual([status, stdout], [69, ""]);
  assert.equal(
    stderr,
    `tsgi: Cannot listen on 127.0.0.1:${port}: it is in use; stop that, or choose another address\n`,
  );
  assert.deepEqual(readdirSync(temporary), []);
});

test("tsgi preview prints its configuration", async (t) => {
  const args = ["preview", "--mount", "/app", "--print-config", "app.js"];
  const { status, stdout } = await run(t, args);
  assert.equal(status, 0);
  assert.match(stdout, /^mount +\/app +--mount$/m);
  assert.match(stdout, /^showErrors +on +tsgi preview$/m);
  assert.match(stdout, /^requestTimeout +for ever +default$/m);
});

const wrong: [args: string[], message: RegExp][] = [
  [[], /Cannot start: the argument <app> is missing;/],
  [["--port", "http", "app.js"], /Cannot use --port http/],
  [["--prot", "1", "app.js"], /--prot.*--port/],
  [["--max-body", "big", "app.js"], /--max-body big: it is not a size/],
];
for (const [args, message] of wrong) {
  test(`tsgi preview refuses ${JSON.stringify(args)}`, async (t) => {
    const { status, stdout, stderr } = await run(t, ["preview", ...args]);
    assert.match(stderr, message);
    assert.deepEqual([status, stdout], [2, ""]);
  });
}

test("tsgi lists its commands, and refuses others", async (t) => {
  const help = await run(t, ["--help"]);
  assert.equal(help.status, 0);
  assert.match(help.stdout, /^ {2}preview [\s\S]*^ {2}request /m);
  const version = await run(t, ["--version"]);
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
  const wrong = await run(t, ["preveiw"]);
  assert.equal(wrong.status, 2);
  assert.match(
    wrong.stderr,
    /^tsgi: Cannot run preveiw: there is no such command \(did you mean preview\?\); tsgi --help tells more\n$/,
  );
});

test("tsgi preview passes on how to load an application, and tells what it is", async (t) => {
  const text =
    'export default (a, b) => { b.setHeader("Content-Type", "text/plain").end("cup"); };';
  const preview = new Preview(t, text, "--interface", "node");
  await preview.line(/app\.mjs: a listener \(req, res\) of node:http$/);
  const response = await fetch(await preview.url());
  assert.equal(await response.text(), "cup");
  assert.equal(await preview.end(), 0);
});
