// By a slip: a worker that writes nonsense to its supervisor, on the descriptor of their channel.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Supervised } from "../cli/supervising.ts";

const APPLICATION = `import { writeSync } from "node:fs";
const CHANNEL = 3;
export default (environ, startResponse) => {
  const { PATH_INFO, QUERY_STRING } = environ;
  if (PATH_INFO === "/write") {
    writeSync(CHANNEL, decodeURIComponent(QUERY_STRING) + "\\n");
  }
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return "answered";
};
`;

for (const [what, line] of [
  ["no JSON", "nonsense"],
  ["a handle that nobody waits for", '{"cmd":"NODE_HANDLE_ACK"}'],
  ["an error that has no text", '{"type":"failed","message":{"toString":1}}'],
  ["a reason that has no text", '{"type":"leave","reason":{"toString":1}}'],
] as const) {
  test(`a supervisor goes on after ${what} on the channel of a worker`, async (t) => {
    const site = await Supervised.start(t, ["--workers", "1"], APPLICATION);
    assert.equal(await write(site, line), "answered");
    await site.logged(/^the supervisor goes on/);
    assert.deepEqual(await site.ctl("reload"), { ok: true });
    assert.equal(await site.ask(), "answered");
    assert.equal((await site.pids()).length, 1);
    site.command.child.kill("SIGTERM");
    assert.equal((await site.command.ended).status, 0);
  });
}

function write(site: Supervised, line: string): Promise<string> {
  return site.ask("/write", encodeURIComponent(line));
}
