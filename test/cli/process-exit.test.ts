// An application that ends the process inside a request: whoever waits gets an answer first.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { Peer, request } from "../support/peer.ts";
import { CGI_VARIABLES, run, start } from "./command.ts";
import { project } from "./programs.ts";
import { bodyFrom, listening } from "./responding.ts";

const APPLICATION = `export default async (environ, startResponse) => {
  if (environ.PATH_INFO === "/wait") await new Promise(() => {});
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  if (environ.PATH_INFO === "/exit") {
    process.exit(3);
  }
  return "{}";
};
`;
const LISTENING = `import { createServer } from "node:http";
createServer((req, res) => {
  if (req.url === "/wait") return;
  if (req.url === "/exit")
    setImmediate(() => {
      process.exit(3);
    });
  else res.setHeader("Content-Type", "text/plain").end("{}");
}).listen(80);
`;

for (const [what, source] of [
  ["an application", APPLICATION],
  ["a program that listens", LISTENING],
] as const) {
  test(`tsgi-fcgi answers all requests with 500 where ${what} ends the process`, async (t) => {
    const root = project(t, { "app.mjs": source });
    const socket = join(root, "s");
    const command = start(t, "tsgi-fcgi", ["--socket", "s", "app.mjs"], {
      cwd: root,
    });
    await listening(command);
    const waiting = await Peer.connect(socket);
    await waiting.send(request({ PATH_INFO: "/wait" }));
    await bodyFrom(socket);
    const ending = await Peer.connect(socket);
    await ending.send(request({ PATH_INFO: "/exit" }));
    for (const peer of [waiting, ending]) {
      const { stdout, stderr, appStatus } = await peer.untilEnd();
      assert.match(
        `${stdout}`,
        /Status: 500 .*Incident [0-9a-f]{8}(?: \(\w+\))?\.\n/s,
      );
      assert.match(`${stderr}`, /the process ended before/);
      assert.match(`${stderr}`, /app\.mjs:[56]:\d+/);
      assert.equal(appStatus, 1);
    }
    assert.equal((await command.ended).status, 3);
  });
  test(`tsgi-cgi answers with 500 where ${what} ends the process`, async (t) => {
    const root = project(t, { "app.mjs": source });
    const { stdout, stderr, status } = await run(t, "tsgi-cgi", ["app.mjs"], {
      cwd: root,
      env: {
        ...CGI_VARIABLES,
        PATH_INFO: "/exit",
        REQUEST_URI: "/cgi-bin/app.cgi/exit",
      },
    });
    assert.match(
      stdout,
      /Status: 500 .*Incident [0-9a-f]{8}(?: \(\w+\))?\.\n$/s,
    );
    assert.match(stderr, /app\.mjs:[56]:\d+/);
    assert.equal(status, 3);
  });
}
