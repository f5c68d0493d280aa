// Requests as bytes, encoded once, and answers as no more than a count of them.
import {
  beginRequest,
  encodeStream,
  endOfStream,
} from "../../src/fastcgi/encoder.ts";
import { encodePairs } from "../../src/fastcgi/params.ts";
import { FCGI } from "../../src/fastcgi/protocol.ts";

/** What is sent over and over. */
export interface Shape {
  readonly protocol: "fastcgi" | "http";
  /** With the query. */
  readonly path: string;
  /** Whether the connection is to serve more than one request. */
  readonly kept: boolean;
}

/** The bytes of a GET request, with the params that nginx sends for one. */
export function encodeRequest({ protocol, path, kept }: Shape): Uint8Array {
  if (protocol === "http") {
    const connection = kept ? "" : "Connection: close\r\n";
    return Buffer.from(
      `GET ${path} HTTP/1.1\r\nHost: www.example.com\r\n${connection}\r\n`,
    );
  }
  const params = encodePairs(paramsOf(path));
  return Buffer.concat([
    beginRequest(1, FCGI.RESPONDER, kept),
    encodeStream(FCGI.PARAMS, 1, params),
    endOfStream(FCGI.PARAMS, 1),
    endOfStream(FCGI.STDIN, 1),
  ]);
}

/** The params nginx's fastcgi_params file makes of a request by wrk. */
export function paramsOf(target: string): [name: string, value: string][] {
  const [path = "", query = ""] = target.split("?");
  return [
    ["QUERY_STRING", query],
    ["REQUEST_METHOD", "GET"],
    ["CONTENT_TYPE", ""],
    ["CONTENT_LENGTH", ""],
    ["SCRIPT_NAME", path],
    ["REQUEST_URI", target],
    ["DOCUMENT_URI", path],
    ["DOCUMENT_ROOT", "/srv/app/public"],
    ["SERVER_PROTOCOL", "HTTP/1.1"],
    ["REQUEST_SCHEME", "http"],
    ["GATEWAY_INTERFACE", "CGI/1.1"],
    ["SERVER_SOFTWARE", "nginx/1.22.1"],
    ["REMOTE_ADDR", "127.0.0.1"],
    ["REMOTE_PORT", "42346"],
    ["REMOTE_USER", ""],
    ["SERVER_ADDR", "127.0.0.1"],
    ["SERVER_PORT", "80"],
    ["SERVER_NAME", "www.example.com"],
    ["REDIRECT_STATUS", "200"],
    ["HTTP_HOST", "www.example.com"],
  ];
}

/** Tells how many answers are complete. */
export interface AnswerCounter {
  /** Takes bytes as they came, and returns the answers that ended in them. */
  push(bytes: Uint8Array): number;
}

export function answerCounter({
  protocol,
}: Pick<Shape, "protocol">): AnswerCounter {
  return protocol === "http" ? new HttpAnswers() : new FcgiAnswers();
}

/** Hops from header to header and looks at nothing but END_REQUEST. */
export class FcgiAnswers implements AnswerCounter {
  readonly #header = Buffer.alloc(FCGI.HEADER_LENGTH);
  #filled = 0;
  #skip = 0;
  #isLast = false;

  push(bytes: Uint8Array): number {
    let answers = 0;
    let at = 0;
    while (at < bytes.length) {
      if (this.#filled < FCGI.HEADER_LENGTH) {
        this.#header[this.#filled++] = bytes[at++] as number;
        if (this.#filled < FCGI.HEADER_LENGTH) continue;
        const [, type, , , high = 0, low = 0, padding = 0] = this.#header;
        this.#skip = (high << 8) + low + padding;
        this.#isLast = type === FCGI.END_REQUEST;
      }
      const skipped = Math.min(this.#skip, bytes.length - at);
      this.#skip -= skipped;
      at += skipped;
      if (this.#skip > 0) continue;
      this.#filled = 0;
      if (this.#isLast) answers++;
      this.#isLast = false;
    }
    return answers;
  }
}

/** All answers are as long as the first one, which has to come with its Content-Length. */
export class HttpAnswers implements AnswerCounter {
  #head = "";
  #length = 0;
  #received = 0;

  push(bytes: Uint8Array): number {
    this.#received += bytes.length;
    if (this.#length === 0) this.#learn(bytes);
    if (this.#length === 0) return 0;
    const answers = Math.floor(this.#received / this.#length);
    this.#received -= answers * this.#length;
    return answers;
  }

  #learn(bytes: Uint8Array): void {
    this.#head += Buffer.from(bytes).toString("latin1");
    const end = this.#head.indexOf("\r\n\r\n");
    if (end < 0) return;
    const length = /^content-length: (\d+)/im.exec(this.#head)?.[1];
    if (length === undefined) throw new Error("An answer has no length");
    this.#length = end + 4 + Number(length);
    this.#head = "";
  }
}
