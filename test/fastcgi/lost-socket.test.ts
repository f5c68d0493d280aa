// A socket's file may vanish while a process serves: a cleaner of /tmp, an operator, a new /run.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { serve } from "../../src/fastcgi/serve.ts";
import { roundTrip } from "../support/peer.ts";
import { answering, parse } from "../support/responder.ts";

test("serve listens anew where a socket's file, or its directory, has vanished and can be made again", async (t) => {
  const root = mkdtempSync(join(tmpdir(), "tsgi-lost-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, "run");
  const socket = join(folder, "s");
  mkdirSync(folder);
  let told: (message: string) => void = () => {};
  const server = await serve(answering(), {
    listen: [socket],
    inherited: false,
    onError: ({ message }) => told(message),
  });
  t.after(() => server.close());
  const trouble = (): Promise<string> =>
    new Promise((resolve) => {
      told = resolve;
    });
  const back = async (): Promise<void> => {
    while (!server.addresses.includes(socket)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.equal(parse(await roundTrip(socket)).body, "hello");
  };

  const first = trouble();
  rmSync(socket);
  assert.match(await first, /Cannot be reached at .*run\/s any more/);
  await back();

  const second = trouble();
  rmSync(folder, { recursive: true });
  await second;
  assert.deepEqual(server.addresses, []);
  mkdirSync(folder);
  await back();
});
