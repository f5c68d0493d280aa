// What visitors see where there is no room for their request: the same behind every server.
import assert from "node:assert/strict";
import { test } from "node:test";
import { missing } from "../support/servers/server.ts";
import { ask } from "./client.ts";
import { hold } from "./processes.ts";
import { setupOf } from "./setups.ts";
import { Site } from "./site.ts";

const FILES = [
  "apache/proxy-fcgi.conf",
  "lighttpd/fastcgi.conf",
  "nginx/fastcgi.conf",
  "nginx/keepalive.conf",
  "haproxy/fcgi-app.cfg",
];

for (const file of FILES) {
  const setup = setupOf(file);
  const absent = missing(setup.server, false);
  // Under CI it has to be there.
  const skip =
    absent !== undefined && process.env.CI !== "true"
      ? `${absent} is not installed`
      : false;
  test(`a request there is no room for gets 503 and a code: ${file}`, {
    skip,
  }, async () => {
    const options = ["--max-concurrency", "1", "--max-queue", "0"];
    const site = await Site.start({ ...setup, options }, setup.mount || "/");
    try {
      const [held] = await hold(site, 1);
      const refused = await ask(site.port, site.url("process"));
      assert.equal(refused.status, 503);
      assert.deepEqual(refused.headers["retry-after"], "5");
      assert.match(`${refused.body}`, /\(OVERLOADED\)/);
      held?.call.release();
      assert.equal((await held?.answer)?.status, 200);
    } finally {
      await site.stop();
    }
  });
}
