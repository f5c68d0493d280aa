import type { Socket } from "node:net";
import { TsgiError } from "../common/errors.ts";

const BODY =
  'This port speaks FastCGI, not HTTP. Put a web server in front of it, or ask it with "tsgi request".\n';

/** Whether the first bytes of a connection are an HTTP method: version 65 to 90 of FastCGI does not exist. */
export function looksLikeHttp(bytes: Uint8Array): boolean {
  const first = bytes[0] as number;
  return first >= 0x41 && first <= 0x5a;
}

/** Tells a person with a browser or curl what they have reached, and ends the connection. */
export function answerHttp(socket: Socket): TsgiError {
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: ${BODY.length}\r\nConnection: close\r\n\r\n${BODY}`,
  );
  return new TsgiError("PROTOCOL", "Cannot read FastCGI: the peer speaks HTTP");
}
