// A resident CGI program with its real responder, from the first request to the last.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { test } from "node:test";
import { type Outcome, outcomeOf, seen, siteFor } from "./site.ts";

const text = (body: string): string =>
  `(environ, startResponse) => {
    startResponse("200 OK", [["Content-Type", "text/plain"]]);
    return String(${body});
  }`;
/** Tells which process answers, and whether it stays. */
const WHO = `module.exports = ${text('process.pid + " " + !environ["tsgi.run_once"]')};`;

test("the first request runs one-shot, and starts what serves the next ones", async (t) => {
  const site = siteFor(t, { application: WHO });
  assert.match(await site.text(), / false$/);
  await site.listens();
  const second = await site.text();
  assert.match(second, / true$/);
  assert.equal(await site.text(), second);
  assert.equal(statSync(site.directory).mode & 0o777, 0o700);
  assert.equal(statSync(site.socket).mode & 0o777, 0o600);
});

test("a first request that goes on does not keep the next ones from a responder", async (t) => {
  const site = siteFor(t, {
    application: `module.exports = async (environ, startResponse) => {
      for await (const chunk of environ["tsgi.input"]);
      startResponse("200 OK", [["Content-Type", "text/plain"]]);
      return String(environ["tsgi.run_once"]);
    };`,
  });
  const first = site.start({ method: "POST", body: Buffer.from("body") });
  await site.listens();
  assert.equal(await site.text(), "false");
  first.stdin.end("body");
  assert.equal((await outcomeOf(first)).body.toString(), "true");
});

test("thirty cold requests at once start one responder, and all are answered", async (t) => {
  const site = siteFor(t, { application: WHO });
  const answers = await Promise.all(
    Array.from({ length: 30 }, () => site.text()),
  );
  assert.equal(answers.length, 30);
  await site.listens();
  const after = await Promise.all(
    Array.from({ length: 10 }, () => site.text()),
  );
  const pids = new Set(
    [...answers, ...after].filter((line) => line.endsWith("true")),
  );
  assert.equal(pids.size, 1);
  assert.equal(site.log.match(/listening/g)?.length, 1);
});

test("the environment is that of no request, but has what the web server sets for all", async (t) => {
  const site = siteFor(t, {
    application: `module.exports = ${text("JSON.stringify([Object.keys(process.env).sort(), environ.SETENV, environ.HTTP_COOKIE, process.cwd(), process.umask()])")};`,
  });
  const env = {
    SETENV: "yes",
    HTTP_PROXY: "http://evil",
    HTTP_COOKIE: "first",
  };
  await site.text({ env });
  await site.listens();
  const [names, ...rest] = JSON.parse(
    await site.text({ env: { SETENV: "again", HTTP_COOKIE: "second" } }),
  );
  assert.deepEqual(
    names.filter((name: string) =>
      /^(?:HTTP|REQUEST|SCRIPT|SERVER|GATEWAY)/.test(name),
    ),
    [],
  );
  assert.ok(names.includes("SETENV"));
  assert.deepEqual(rest, ["again", "second", site.folder, process.umask()]);
});

const CHANGES: readonly (readonly [what: string, file: string])[] = [
  ["the application", "app.js"],
  ["a module it requires", "part.js"],
  ["restart.txt", "restart.txt"],
];

for (const [what, file] of CHANGES) {
  test(`a change of ${what} brings a new responder, and no failure`, async (t) => {
    const application = `require("./part.js"); ${WHO}`;
    const site = siteFor(t, { application });
    site.write("part.js", "");
    await site.warm();
    const first = await site.text();
    site.write(file, file === "app.js" ? `${application}\n` : "// changed");
    if (file === "part.js") await site.vacated();
    // Those of its own name are looked at by each request, the rest every two seconds.
    assert.match(await site.text(), / false$/);
    await site.listens();
    const second = await site.text();
    assert.match(second, / true$/);
    assert.notEqual(second, first);
  });
}

test("a responder that was killed is replaced, at the cost of a one-shot", async (t) => {
  const site = siteFor(t, { application: WHO });
  await site.warm();
  const [pid = ""] = (await site.text()).split(" ");
  process.kill(Number(pid), "SIGKILL");
  // Its file of the socket is there still.
  assert.match(await site.text(), / false$/);
  assert.ok(existsSync(site.socket));
});

test("a request in flight on a responder that is killed gets a coded 502, those after it an answer", async (t) => {
  const site = siteFor(t, {
    application: `module.exports = (environ, startResponse) => {
        if (environ.REQUEST_METHOD === "POST") process.kill(process.pid, "SIGKILL");
        return (${text("process.pid")})(environ, startResponse);
      };`,
  });
  await site.warm();
  const { head, body } = await site.run({ method: "POST" });
  assert.match(head, /^Status: 502 /);
  assert.match(body.toString(), /RESIDENT_LOST/);
  await site.text();
});

test("an application that cannot start tells why in the one-shot, and is tried again after a pause only", async (t) => {
  const site = siteFor(t, { application: 'throw new Error("no database");' });
  const { head, stderr } = await site.run();
  assert.match(head, /Status: 500 /);
  assert.match(stderr, /no database/);
  await seen(site.directory, () => site.log.includes("no database"));
  for (let again = 0; again < 3; again++) await site.run();
  assert.equal(site.log.match(/^Error: no database/gm)?.length, 1);
  assert.equal(statSync(`${site.directory}/lock`).size, 1);
});

test("nothing is left when nobody has asked for the idle time", async (t) => {
  const site = siteFor(t, {
    application: WHO,
    flags: ["--resident-idle=300ms"],
  });
  const before = readdirSync(site.folder).sort();
  await site.text();
  await seen(site.folder, () => existsSync(site.directory));
  await site.vacated();
  assert.deepEqual(readdirSync(site.folder).sort(), before);
});

test("a responder leaves after as many requests as it may serve", async (t) => {
  const site = siteFor(t, {
    application: WHO,
    flags: ["--resident-max-requests=2"],
  });
  await site.warm();
  const first = await site.text();
  assert.equal(await site.text(), first);
  await site.vacated();
});

test("64 MiB up and 32 MiB down are exact, and the relay stays small", async (t) => {
  const site = siteFor(t, {
    application: `const { createHash } = require("node:crypto");
      module.exports = async (environ, startResponse) => {
        const hash = createHash("sha256");
        for await (const chunk of environ["tsgi.input"]) hash.update(chunk);
        startResponse("200 OK", [["Content-Type", "text/plain"], ["X-Hash", hash.digest("hex")]]);
        const down = Number(environ.HTTP_DOWN || 0);
        return (function* () {
          for (let at = 0; at < down; at += 65_536) yield Buffer.alloc(65_536, at >> 16);
        })();
      };`,
  });
  await site.warm();
  const body = randomBytes(64 << 20);
  let peak = 0;
  const big = site.start({ method: "POST", body });
  const outcome: Promise<Outcome> = outcomeOf(big);
  for (let at = 0; at < body.length; at += 1 << 20) {
    const part = body.subarray(at, at + (1 << 20));
    await new Promise((resolve) => big.stdin.write(part, resolve));
    peak = Math.max(peak, rss(big.pid));
  }
  big.stdin.end();
  const up = await outcome;
  const expected = createHash("sha256").update(body).digest("hex");
  assert.match(up.head, new RegExp(`X-Hash: ${expected}`));
  assert.ok(peak > 0 && peak <= 8 << 20, `${peak} bytes`);
  const down = await site.run({ env: { HTTP_DOWN: String(32 << 20) } });
  assert.equal(down.body.length, 32 << 20);
  assert.ok(down.body.every((byte, at) => byte === ((at >> 16) & 255)));
});

test("an upload that breaks off is incomplete for the application, and the relay ends", async (t) => {
  const site = siteFor(t, {
    application: `module.exports = async (environ, startResponse) => {
      let length = 0;
      for await (const chunk of environ["tsgi.input"]) length += chunk.length;
      startResponse("200 OK", [["Content-Type", "text/plain"]]);
      return String(length);
    };`,
  });
  await site.warm();
  const env = { CONTENT_LENGTH: "10" };
  for (const body of ["", "half"]) {
    const outcome = await site.run({
      method: "POST",
      env,
      body: Buffer.from(body),
    });
    assert.match(outcome.head, /Status: 400 /, body);
  }
});

test("chunks pass one by one, and who stops reading aborts the request", async (t) => {
  const site = siteFor(t, {
    application: `const { appendFileSync } = require("node:fs");
      module.exports = (environ, startResponse) => {
        startResponse("200 OK", [["Content-Type", "text/plain"]]);
        if (environ.REQUEST_METHOD === "GET") return "";
        return (async function* () {
          try {
            for await (const chunk of environ["tsgi.input"]) yield "<" + chunk + ">";
          } finally {
            appendFileSync("over", String(environ["tsgi.signal"].aborted));
          }
        })();
      };`,
  });
  await site.warm();
  const child = site.start({ method: "POST", env: { CONTENT_LENGTH: "6" } });
  const chunks = child.stdout.setEncoding("utf8")[Symbol.asyncIterator]();
  let seenText = "";
  for (const letter of ["a", "b", "c"]) {
    child.stdin.write(letter);
    while (!seenText.endsWith(`<${letter}>`)) {
      seenText += (await chunks.next()).value;
    }
  }
  assert.ok(rss(child.pid) <= 6 << 20);
  child.kill("SIGTERM");
  await seen(site.folder, () => existsSync(`${site.folder}/over`));
  await seen(
    site.folder,
    () => readFileSync(`${site.folder}/over`, "utf8") !== "",
  );
  assert.equal(readFileSync(`${site.folder}/over`, "utf8"), "true");
});

test("a request that finds the process busy for a second runs one-shot, and only there", async (t) => {
  const site = siteFor(t, {
    application: `const { appendFileSync } = require("node:fs");
      module.exports = (environ, startResponse) => {
        appendFileSync("runs", environ.REQUEST_METHOD + "\\n");
        if (environ.REQUEST_METHOD === "PUT") {
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_000);
        }
        return (${text('environ["tsgi.run_once"]')})(environ, startResponse);
      };`,
  });
  await site.warm();
  const blocked = site.text({ method: "PUT" });
  const runs = (): string => readFileSync(`${site.folder}/runs`, "utf8");
  await seen(site.folder, () => runs().includes("PUT"));
  assert.equal(await site.text({ method: "POST" }), "true");
  assert.equal(await blocked, "false");
  assert.equal(await site.text(), "false");
  assert.deepEqual(runs().trim().split("\n"), ["GET", "PUT", "POST", "GET"]);
});

test("a child of the application does not keep the lock of a responder that has died", async (t) => {
  const site = siteFor(t, {
    application: `const { spawn } = require("node:child_process");
      const child = spawn("sleep", ["30"], { stdio: "ignore" });
      module.exports = ${text("process.pid + ' ' + child.pid")};`,
  });
  await site.warm();
  const [pid = "", child = ""] = (await site.text()).split(" ");
  t.after(() => process.kill(Number(child)));
  const held = readFileSync("/proc/locks", "utf8");
  const { ino } = statSync(`${site.directory}/lock`);
  const lines = (all: string): string[] =>
    all.split("\n").filter((line) => line.includes(`:${ino} `));
  assert.equal(lines(held).length, 1);
  process.kill(Number(pid), "SIGKILL");
  await site.text();
  assert.equal(lines(readFileSync("/proc/locks", "utf8")).length, 0);
});

function rss(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) * 1024;
}
