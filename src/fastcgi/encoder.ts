// Stop 6 of a request: its answer becomes records (FastCGI 1.0, sections 3.3 and 5). No I/O.
import { FCGI } from "./protocol.ts";

/** A record header, for content which is sent behind it with `paddingLength` zero bytes. */
export function recordHeader(
  type: number,
  requestId: number,
  contentLength: number,
  paddingLength = 0,
): Uint8Array {
  const header = Buffer.allocUnsafe(FCGI.HEADER_LENGTH);
  writeHeader(header, 0, type, requestId, contentLength, paddingLength);
  return header;
}

/** A whole record. Its content must fit: at most 65,535 bytes. */
export function encodeRecord(
  type: number,
  requestId: number,
  content: Uint8Array,
): Uint8Array {
  const padding = paddingFor(content.length);
  const length = FCGI.HEADER_LENGTH + content.length + padding;
  const bytes = Buffer.alloc(length);
  writeHeader(bytes, 0, type, requestId, content.length, padding);
  bytes.set(content, FCGI.HEADER_LENGTH);
  return bytes;
}

/** A stream's bytes as records, split where one cannot hold them; none for no bytes. */
export function encodeStream(
  type: number,
  requestId: number,
  bytes: Uint8Array,
): Uint8Array {
  if (bytes.length <= FCGI.MAX_CONTENT) {
    return bytes.length === 0 ? bytes : encodeRecord(type, requestId, bytes);
  }
  const records: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += FCGI.MAX_CONTENT) {
    const content = bytes.subarray(at, at + FCGI.MAX_CONTENT);
    records.push(encodeRecord(type, requestId, content));
  }
  return Buffer.concat(records);
}

/** The empty record that ends a stream. */
export function endOfStream(type: number, requestId: number): Uint8Array {
  return recordHeader(type, requestId, 0);
}

/** END_REQUEST (section 5.5). `appStatus` is what a CGI program's exit status would be. */
export function endRequest(
  requestId: number,
  appStatus: number,
  protocolStatus: number,
): Uint8Array {
  const content = Buffer.alloc(8);
  content.writeUInt32BE(appStatus);
  content[4] = protocolStatus;
  return encodeRecord(FCGI.END_REQUEST, requestId, content);
}

/** A record of a header block and the beginning of the body, which must fit. */
export function headRecord(
  requestId: number,
  head: string,
  first: Uint8Array,
): Uint8Array {
  const length = head.length + first.length;
  const bytes = Buffer.allocUnsafe(sizeOf(length));
  writeHead(bytes, requestId, head, first);
  return bytes;
}

/**
 * A whole short response in one buffer: the record of {@link headRecord}, the end of STDOUT, and
 * END_REQUEST. It leaves with one write, and nothing is copied twice (bench/micro/encoder.ts).
 */
export function wholeResponse(
  requestId: number,
  head: string,
  body: Uint8Array,
  appStatus: number,
  protocolStatus: number = FCGI.REQUEST_COMPLETE,
): Uint8Array {
  const end = sizeOf(head.length + body.length);
  const bytes = Buffer.allocUnsafe(end + 3 * FCGI.HEADER_LENGTH);
  writeHead(bytes, requestId, head, body);
  writeHeader(bytes, end, FCGI.STDOUT, requestId, 0, 0);
  const last = end + FCGI.HEADER_LENGTH;
  writeHeader(bytes, last, FCGI.END_REQUEST, requestId, 8, 0);
  const content = last + FCGI.HEADER_LENGTH;
  bytes.writeUInt32BE(appStatus, content);
  bytes.fill(0, content + 4);
  bytes[content + 4] = protocolStatus;
  return bytes;
}

/** UNKNOWN_TYPE, the answer to a management record we do not know (section 4.2). */
export function unknownType(type: number): Uint8Array {
  const content = Buffer.alloc(8);
  content[0] = type;
  return encodeRecord(FCGI.UNKNOWN_TYPE, FCGI.NULL_REQUEST_ID, content);
}

/** BEGIN_REQUEST (section 5.1), for the web server's side. */
export function beginRequest(
  requestId: number,
  role: number,
  keepConn: boolean,
): Uint8Array {
  const content = Buffer.alloc(8);
  content.writeUInt16BE(role);
  content[2] = keepConn ? FCGI.KEEP_CONN : 0;
  return encodeRecord(FCGI.BEGIN_REQUEST, requestId, content);
}

/** Records are padded to a multiple of eight bytes, as the specification recommends. */
export function paddingFor(contentLength: number): number {
  return -contentLength & 7;
}

/** Bytes of a record, padding included. */
function sizeOf(contentLength: number): number {
  return FCGI.HEADER_LENGTH + contentLength + paddingFor(contentLength);
}

function writeHead(
  bytes: Buffer,
  requestId: number,
  head: string,
  first: Uint8Array,
): void {
  const length = head.length + first.length;
  const padding = paddingFor(length);
  writeHeader(bytes, 0, FCGI.STDOUT, requestId, length, padding);
  bytes.write(head, FCGI.HEADER_LENGTH, "latin1");
  bytes.set(first, FCGI.HEADER_LENGTH + head.length);
  const end = FCGI.HEADER_LENGTH + length;
  bytes.fill(0, end, end + padding);
}

/** Writes a record header into `bytes` at `at`. */
export function writeHeader(
  bytes: Uint8Array,
  at: number,
  type: number,
  requestId: number,
  contentLength: number,
  paddingLength: number,
): void {
  bytes[at] = FCGI.VERSION_1;
  bytes[at + 1] = type;
  bytes[at + 2] = requestId >> 8;
  bytes[at + 3] = requestId & 0xff;
  bytes[at + 4] = contentLength >> 8;
  bytes[at + 5] = contentLength & 0xff;
  bytes[at + 6] = paddingLength;
  bytes[at + 7] = 0;
}
