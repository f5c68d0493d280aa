// examples/events.js behind real servers: events arrive one by one, and who leaves is forgotten.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../docs/blocks.ts";
import { ask, responseTo, send } from "../interop/client.ts";
import { setupOf } from "../interop/setups.ts";
import { withSite } from "../interop/suite.ts";

for (const file of [
  "nginx/streaming.conf",
  "lighttpd/fastcgi.conf",
  "apache/proxy-fcgi.conf",
]) {
  const setup = setupOf(file);
  withSite(
    setup,
    setup.mount || "/",
    (site) => {
      const say = async (said: string): Promise<void> => {
        const { port, setup } = site();
        const answer = await ask(port, `${setup.mount}/`, {
          method: "POST",
          headers: { "Content-Type": "application/x-www-form-urlencoded" },
          body: Buffer.from(new URLSearchParams({ said }).toString()),
        });
        assert.equal(answer.status, 204, site().log());
      };

      test("what one client says another one hears at once", async () => {
        const { port, setup } = site();
        const request = send(port, `${setup.mount}/events`);
        const response = await responseTo(request);
        assert.equal(response.headers["content-type"], "text/event-stream");
        const chunks = response.setEncoding("utf8")[Symbol.asyncIterator]();
        // It begins before anything was said.
        assert.equal((await chunks.next()).value, ": welcome\n\n");
        await say("Grüße, 東京 🌸");
        const event = 'id: 1\ndata: "Grüße, 東京 🌸"\n\n';
        assert.equal((await chunks.next()).value, event);
        request.destroy();
        // Apache notices that a client has left when it sends something for the second time.
        await say("bye");
        await say("bye");
      });
    },
    { application: join(root, "examples/events.js") },
  );
}
