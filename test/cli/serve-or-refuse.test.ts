// A process on a web server's socket whose application cannot be loaded.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type BoundHandle, bindHandle } from "../../src/fastcgi/node-handle.ts";
import { roundTrip } from "../support/peer.ts";
import { built } from "./built.ts";
import { type Command, folder, start } from "./command.ts";
import { APPLICATION, bodyFrom, listening } from "./responding.ts";

const NO_INPUT = 66;

const BROKEN: readonly {
  readonly name: string;
  readonly source: string;
  readonly says: RegExp;
}[] = [
  {
    name: "throws",
    source: 'throw new Error("no database");',
    says: /Cannot load .*: it threw Error: no database/,
  },
  {
    name: "needs a package that is missing",
    source: 'import "no-such-package";',
    says: /needs the package no-such-package/,
  },
  {
    name: "does not parse",
    source: "export default {",
    says: /Cannot load .*Unexpected/,
  },
  {
    name: "rejects before it listens",
    source: `import { createServer } from "node:http";
async function main() {
  await new Promise((resolve) => setTimeout(resolve));
  throw new Error("no database");
}
main();
createServer();`,
    says: /Cannot load .*: it threw Error: no database/,
  },
  {
    name: "exports nothing to serve",
    source: "export const word = 1;",
    says: /Cannot load/,
  },
];

for (const { name, source, says } of BROKEN) {
  test(`an application that ${name} is answered for, until it changes`, async (t) => {
    const root = folder(t, { "app.mjs": source });
    const app = join(root, "app.mjs");
    const server = bound(t);
    const command = serve(t, "tsgi-fcgi", [app], server);
    await listening(command);
    for (let count = 0; count < 2; count++) await refused(server);
    writeFileSync(app, APPLICATION);
    const { status, stderr } = await command.ended;
    assert.equal(status, NO_INPUT);
    assert.match(stderr, says);
    const next = serve(t, "tsgi-fcgi", [app], server);
    await listening(next);
    assert.equal((await bodyFrom(`${server.port}`)).pid, next.child.pid);
  });
}

test("a built file answers for its application, and leaves after ten seconds", async (t) => {
  const source = 'throw new Error("no database");';
  const program = await built(t, { "app.mjs": source }, ["app.mjs"]);
  const server = bound(t);
  const command = serve(t, program, [], server);
  await listening(command);
  await refused(server);
  const { status, stderr } = await command.ended;
  assert.equal(status, NO_INPUT);
  assert.match(stderr, /trying anew: finishing what runs/);
});

test("without a web server's socket it ends at once", async (t) => {
  const root = folder(t, { "app.mjs": 'throw new Error("no database");' });
  const args = ["--socket", join(root, "s"), join(root, "app.mjs")];
  const { status, stderr } = await start(t, "tsgi-fcgi", args).ended;
  assert.equal(status, NO_INPUT);
  assert.match(stderr, /Cannot load .*: it threw Error: no database/);
});

async function refused(server: BoundHandle): Promise<void> {
  const { stdout, stderr } = await roundTrip(`${server.port}`);
  assert.match(`${stderr}`, /incident [0-9a-f]{8}.*Cannot load/);
  assert.match(
    `${stdout}`,
    /Status: 500 Internal Server Error\r\n\r\n.*Incident [0-9a-f]{8} \(LOAD\)\./s,
  );
}

/** What a web server has bound, for its programs to accept from. */
function bound(t: TestContext): BoundHandle {
  const handle = bindHandle("127.0.0.1", 0, 4);
  t.after(() => handle.close());
  return handle;
}

function serve(
  t: TestContext,
  program: string,
  args: readonly string[],
  { fd }: BoundHandle,
): Command {
  return start(t, program, args, { stdin: fd });
}
