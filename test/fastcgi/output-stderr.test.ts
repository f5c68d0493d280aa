// C6.08, and other text that goes to the stderr of the responder's own process.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { roundTrip } from "../support/peer.ts";
import { respond } from "../support/responder.ts";
import { runScript } from "../support/script.ts";

/** tsgi.errors as a program without types sees it. */
interface Log {
  write(text: unknown): void;
  writelines(texts: readonly unknown[]): void;
}

/** Serves one request, tells the types of its records on stdout, and ends. */
function serving(application: string, options = "{}"): string {
  return `
    import { mkdtempSync, rmSync } from "node:fs";
    import { tmpdir } from "node:os";
    import { join } from "node:path";
    import { serve } from "./src/fastcgi/serve.ts";
    import { Peer, request } from "./test/support/peer.ts";
    const directory = mkdtempSync(join(tmpdir(), "tsgi-test-"));
    const listen = [join(directory, "socket")];
    const server = await serve(${application}, { listen, inherited: false, ...${options} });
    const peer = await Peer.connect(listen[0]);
    peer.send(request());
    const { records } = await peer.untilEnd();
    peer.send(request({}, "", { requestId: 2 }));
    await peer.untilEnd(2);
    console.log(records.map(({ type }) => type).join(" "));
    peer.close();
    await server.close();
    rmSync(directory, { recursive: true });
  `;
}

const COMPLAINING = `(environ, startResponse) => {
  environ["tsgi.errors"].write("oh é\\n");
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return ["body"];
}`;

test("C6.08 A5.06 with the option errors: stderr no STDERR record is sent", async () => {
  const script = serving(COMPLAINING, '{ errors: "stderr" }');
  const { stdout, stderr, status } = await runScript(script);
  assert.equal(stdout, "6 6 3\n");
  assert.equal(stderr, "oh é\noh é\n");
  assert.equal(status, 0);
});

test("C6.08 by default nothing is written to the process's own stderr", async () => {
  const { stdout, stderr } = await runScript(serving(COMPLAINING));
  assert.equal(stdout, "6 7 6 7 3\n");
  assert.equal(stderr, "");
});

test("C11.08 C10.11 A3.08 what a cleanup complains of after END_REQUEST goes to the process's stderr", async () => {
  const application = `(environ, startResponse) => {
    environ["tsgi.cleanup"].push(() => { throw new Error("too late"); });
    startResponse("200 OK", [["Content-Type", "text/plain"]]);
    return ["body"];
  }`;
  const { stdout, stderr, status } = await runScript(serving(application));
  assert.equal(stdout, "6 6 3\n");
  assert.equal(stderr.match(/Error: too late/g)?.length, 2);
  assert.equal(status, 0);
});

test("A5.05 write takes what is no string, and never throws", async (t) => {
  const responder = await respond(t, (environ, startResponse) => {
    const errors = environ["tsgi.errors"] as unknown as Log;
    errors.write(Symbol("one"));
    errors.write(Object.create(null));
    errors.writelines([7, undefined]);
    startResponse("200 OK", [["Content-Type", "text/plain"]]);
    return ["body"];
  });
  const { stderr } = await roundTrip(responder.address);
  const cannot = "(a value that cannot be shown)";
  assert.equal(stderr.toString(), `Symbol(one)${cannot}7undefined`);
});

// What Node does to a pipe it has looked at: it is non-blocking from then on.
const FULL = `
  import { writeToStderr } from "./src/fastcgi/errors.ts";
  void process.stderr;
  for (let i = 0; i < 100; i++) writeToStderr(Buffer.alloc(20_000, "x"));
  console.log("done");
`;

test("A5.05 writeToStderr waits for the reader of a non-blocking stderr", async () => {
  const { stdout, stderr } = await runScript(FULL);
  assert.equal(stderr.length, 2_000_000);
  assert.equal(stdout, "done\n");
});

test("A5.05 writeToStderr waits for no reader that does not read", async () => {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "--eval", FULL],
    {
      cwd: new URL("../..", import.meta.url),
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 60_000,
    },
  );
  const [[stdout], [status]] = await Promise.all([
    once(child.stdout, "data"),
    once(child, "exit"),
  ]);
  assert.equal(String(stdout), "done\n");
  assert.equal(status, 0);
  child.stderr.destroy();
});

test("A5.05 a stderr that nobody reads does not end the process", async () => {
  const script = serving(COMPLAINING, '{ errors: "stderr" }');
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "--eval", script],
    {
      cwd: new URL("../..", import.meta.url),
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 60_000,
    },
  );
  child.stderr.destroy();
  const [[stdout], [status]] = await Promise.all([
    once(child.stdout, "data"),
    once(child, "exit"),
  ]);
  assert.equal(String(stdout), "6 6 3\n");
  assert.equal(status, 0);
});
