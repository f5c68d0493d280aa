// Resident CGI of several users: suEXEC runs each one's program as that user, and no process is shared.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { residentScript } from "../../src/resident/script.ts";
import { outcomeOf, seen } from "../resident/site.ts";
import { Sandbox } from "../support/servers/sandbox.ts";
import { ask } from "./client.ts";
import { noSuexec, startSuexec, suexecFolder, USER } from "./suexec.ts";

const isRoot = process.getuid?.() === 0;
const noRoot = isRoot ? false : "only root can be several users";

const APPLICATION = `module.exports = (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return process.getuid() + " " + process.pid + " " + !environ["tsgi.run_once"];
};`;

/** A folder with a base that all may write, as /tmp. */
function sandboxFor(t: TestContext): { sandbox: Sandbox; base: string } {
  const sandbox = new Sandbox();
  t.after(() => sandbox.remove());
  const base = join(sandbox.root, "r");
  mkdirSync(base);
  chmodSync(base, 0o1777);
  return { sandbox, base };
}

/** The program in a folder, which belongs to a user. */
function install(
  { app, env }: Sandbox,
  base: string,
  folder: string,
  uid: number,
): string {
  const file = join(folder, "app.js");
  const script = join(folder, "app.cgi");
  const node = join(`${env.PATH}`.split(":")[0] ?? "", "node");
  const ours = join(app, "node_modules/tsgi");
  const text = residentScript({
    once: [node, join(ours, "bin/tsgi-cgi"), file],
    stay: [node, join(ours, "dist/cli/serving/resident-main.js"), file],
    base,
  });
  writeFileSync(file, APPLICATION);
  writeFileSync(script, text);
  chmodSync(script, 0o755);
  for (const path of [folder, file, script]) chownSync(path, uid, uid);
  return script;
}

/** Resolves when a responder of that user listens. */
async function listens(base: string, uid: number): Promise<void> {
  const find = (): string | undefined =>
    readdirSync(base).find((name) => name.startsWith(`.tsgi-${uid}-`));
  await seen(base, () => find() !== undefined);
  const directory = join(base, `${find()}`);
  assert.equal(statSync(directory).uid, uid);
  await seen(directory, () => existsSync(join(directory, "s")));
}

test("two users of one program have a responder each", {
  skip: noRoot,
}, async (t) => {
  const { sandbox, base } = sandboxFor(t);
  const script = install(sandbox, base, sandbox.app, 0);
  chmodSync(sandbox.app, 0o755);
  const run = async (uid: number): Promise<string> => {
    const child = spawn(script, [], {
      cwd: sandbox.app,
      uid,
      gid: uid,
      env: {
        ...sandbox.env,
        GATEWAY_INTERFACE: "CGI/1.1",
        REQUEST_METHOD: "GET",
        REQUEST_URI: "/",
        SCRIPT_NAME: "",
        SERVER_NAME: "localhost",
        SERVER_PORT: "80",
        SERVER_PROTOCOL: "HTTP/1.1",
      },
    });
    child.stdin.end();
    const { body, stderr } = await outcomeOf(child);
    assert.match(`${body}`, new RegExp(`^${uid} `), stderr);
    return `${body}`;
  };
  const users = [65_534, 65_533];
  for (const uid of users) {
    await run(uid);
    await listens(base, uid);
  }
  const answers = await Promise.all([...users, ...users].map(run));
  assert.ok(
    answers.every((text) => text.endsWith(" true")),
    answers.join(),
  );
  assert.equal(new Set(answers).size, 2);
});

test("suEXEC: the responder belongs to the user of the program, who alone reaches it", {
  skip: noSuexec,
}, async (t) => {
  const { sandbox, base } = sandboxFor(t);
  const folder = suexecFolder(t);
  install(sandbox, base, folder, USER);
  const port = await startSuexec(t, sandbox, folder);
  const get = async (): Promise<string> => {
    const { status, body } = await ask(port, "/app");
    assert.equal(status, 200, `${body}${sandbox.logs()}`);
    return `${body}`;
  };
  assert.match(await get(), new RegExp(`^${USER} \\d+ false$`));
  await listens(base, USER);
  const second = await get();
  assert.match(second, new RegExp(`^${USER} \\d+ true$`));
  assert.equal(await get(), second);
});
