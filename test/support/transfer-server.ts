// The responder of test/fastcgi/backpressure-memory.test.ts, whose memory is measured.
import { setImmediate as turn } from "node:timers/promises";
import type { Application } from "../../src/common/types.ts";
import { serve } from "../../src/fastcgi/serve.ts";

const CHUNK = Buffer.alloc(65_536, "0123456789abcdef");

async function* generated(bytes: number): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < bytes; sent += CHUNK.length) {
    await turn();
    yield CHUNK.subarray(0, bytes - sent);
  }
}

const application: Application = async (environ, startResponse) => {
  const input = environ["tsgi.input"];
  startResponse("200 OK", [["Content-Type", "application/octet-stream"]]);
  switch (environ.PATH_INFO) {
    case "/down":
      return generated(Number(environ.QUERY_STRING));
    case "/echo":
      return input;
    case "/unread":
      return ["unread"];
    default: {
      let received = 0;
      for await (const chunk of input) received += chunk.length;
      return [String(received)];
    }
  }
};

const server = await serve(application, {
  listen: ["127.0.0.1:0"],
  inherited: false,
});
console.log(server.addresses[0]);
