// Asks whoever listens at a Unix socket what it speaks.
import { connect } from "node:net";
import { encodeRecord } from "../../fastcgi/encoder.ts";
import { encodePairs } from "../../fastcgi/params.ts";
import { FCGI } from "../../fastcgi/protocol.ts";

/** What was found at a socket. */
export type Speech =
  | "fastcgi"
  | "http"
  | "something else"
  | "closed"
  | "silent"
  | "refused"
  | "forbidden"
  | "gone";

/** Milliseconds for an answer to a question that takes no work. */
const PATIENCE = 2_000;

/** FastCGI's own question first; only who is silent then is asked in HTTP. */
export async function probe(path: string): Promise<Speech> {
  const question = encodeRecord(
    FCGI.GET_VALUES,
    FCGI.NULL_REQUEST_ID,
    encodePairs([["FCGI_MAX_CONNS", ""]]),
  );
  const speech = await ask(path, question);
  if (speech !== "silent" && speech !== "closed") return speech;
  const second = await ask(path, Buffer.from("GET / HTTP/1.0\r\n\r\n"));
  return second === "http" ? "http" : speech;
}

function ask(path: string, question: Uint8Array): Promise<Speech> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    const timer = setTimeout(() => end("silent"), PATIENCE);
    const end = (speech: Speech): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(speech);
    };
    socket.on("connect", () => socket.write(question));
    socket.once("data", (bytes) => end(speechOf(bytes)));
    socket.on("error", ({ code }: NodeJS.ErrnoException) => {
      if (code === "ECONNREFUSED") end("refused");
      else if (code === "EACCES") end("forbidden");
      else if (code === "ENOENT") end("gone");
      else end("closed");
    });
    socket.on("end", () => end("closed"));
  });
}

function speechOf(bytes: Buffer): Speech {
  if (bytes.toString("latin1", 0, 5) === "HTTP/") return "http";
  const [version, type] = bytes;
  const isAnswer =
    type === FCGI.GET_VALUES_RESULT || type === FCGI.UNKNOWN_TYPE;
  return version === FCGI.VERSION_1 && isAnswer ? "fastcgi" : "something else";
}
