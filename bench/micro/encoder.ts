// Stop 6: a response to records, and those to one write.
import type { Socket } from "node:net";
import {
  encodeRecord,
  endOfStream,
  endRequest,
} from "../../src/fastcgi/encoder.ts";
import { limitsFrom } from "../../src/fastcgi/options.ts";
import { FcgiOutput, type Requester } from "../../src/fastcgi/output.ts";
import { FCGI } from "../../src/fastcgi/protocol.ts";
import { Sender } from "../../src/fastcgi/sender.ts";
import { measure } from "./measure.ts";

const HEAD =
  "Content-Type: text/plain\r\nContent-Length: 14\r\nStatus: 200 OK\r\n\r\n";
const limits = limitsFrom({});
const socket = {
  writable: true,
  writableLength: 0,
  write() {},
  cork() {},
  uncork() {},
} as unknown as Socket;
const sender = new Sender(socket, () => {});
const requester: Requester = {
  id: 1,
  role: "RESPONDER",
  ended: (parts) => sender.send(parts),
};

for (const [title, size] of [
  ["A hello", 14],
  ["16 KiB", 16_384],
  ["1 MiB", 1_048_576],
] as const) {
  const body = Buffer.alloc(size, "x");
  await measure(`${title}: head, body and end`, {
    FcgiOutput: () => {
      const output = new FcgiOutput(requester, sender, limits);
      output.start(HEAD, body, true);
      output.end("completed", false);
    },
    "a copy of all": () => sender.send([joined(body)]),
  });
}

function joined(body: Uint8Array): Uint8Array {
  const records = [encodeRecord(FCGI.STDOUT, 1, Buffer.from(HEAD, "latin1"))];
  for (let at = 0; at < body.length; at += FCGI.MAX_CONTENT) {
    const content = body.subarray(at, at + FCGI.MAX_CONTENT);
    records.push(encodeRecord(FCGI.STDOUT, 1, content));
  }
  records.push(endOfStream(FCGI.STDOUT, 1), endRequest(1, 0, 0));
  return Buffer.concat(records);
}
