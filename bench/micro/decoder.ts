// Stop 1: bytes to records.
import { RecordDecoder } from "../../src/fastcgi/decoder.ts";
import { encodeStream } from "../../src/fastcgi/encoder.ts";
import { FCGI, type FcgiRecord } from "../../src/fastcgi/protocol.ts";
import { measure } from "./measure.ts";
import { wire } from "./request.ts";

const kept = new RecordDecoder();
await measure("The four records of a GET, in one piece", {
  RecordDecoder: () => decode(kept, [wire]),
  "joining whatever comes": () => simple([wire]),
});

const body = Buffer.from(encodeStream(FCGI.STDIN, 1, Buffer.alloc(1 << 20)));
const pieces = Array.from(
  { length: Math.ceil(body.length / 65_536) },
  (_, at) => body.subarray(at * 65_536, (at + 1) * 65_536),
);
await measure("1 MiB of STDIN in the socket's pieces of 64 KiB", {
  RecordDecoder: () => decode(kept, pieces),
  "joining whatever comes": () => simple(pieces),
});

function decode(decoder: RecordDecoder, all: readonly Uint8Array[]): number {
  let records = 0;
  for (const bytes of all) {
    decoder.push(bytes);
    while (decoder.next() !== undefined) records++;
  }
  return records;
}

function simple(all: readonly Uint8Array[]): number {
  const records: FcgiRecord[] = [];
  let rest: Buffer = Buffer.alloc(0);
  for (const bytes of all) {
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= 8) {
      const length = rest.readUInt16BE(4);
      const end = 8 + length + rest.readUInt8(6);
      if (rest.length < end) break;
      const content = rest.subarray(8, 8 + length);
      const [type, requestId] = [rest.readUInt8(1), rest.readUInt16BE(2)];
      records.push({ type, requestId, content });
      rest = rest.subarray(end);
    }
  }
  return records.length;
}
