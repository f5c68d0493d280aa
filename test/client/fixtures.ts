// Programs for the client to talk to: a FastCGI responder that follows a script, and CGI scripts.
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { TestContext } from "node:test";
import type { Variables } from "../../src/common/variables.ts";
import { RecordDecoder } from "../../src/fastcgi/decoder.ts";
import {
  encodeStream,
  endOfStream,
  endRequest,
} from "../../src/fastcgi/encoder.ts";
import { decodePairs } from "../../src/fastcgi/params.ts";
import { FCGI } from "../../src/fastcgi/protocol.ts";
import { atEnd } from "../support/at-end.ts";

/** A request as a scripted responder has it, from the end of its params on. */
export interface Call {
  readonly variables: Variables;
  readonly socket: Socket;
  /** Resolves with the body when its last record has come. */
  readonly body: Promise<string>;
  /** Resolves when ABORT_REQUEST has come. */
  readonly aborted: Promise<void>;
  /** Resolves when the client has closed the connection. */
  readonly closed: Promise<void>;
  stdout(text: string | Uint8Array): boolean;
  stderr(text: string): void;
  end(appStatus?: number, protocolStatus?: number): void;
}

/** A fresh folder, removed after the test. */
export function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "tsgi-test-"));
  atEnd(t, () => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** An executable file. */
export function program(t: TestContext, source: string): string {
  const path = join(folder(t), "app.cgi");
  writeFileSync(path, source, { mode: 0o755 });
  return path;
}

/** Starts a responder on a Unix socket. */
export async function responder(
  t: TestContext,
  script: (call: Call) => unknown,
): Promise<{ path: string }> {
  const path = join(folder(t), "app.sock");
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    converse(socket, script);
  }).listen(path);
  atEnd(t, () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await once(server, "listening");
  return { path };
}

/** All of a stream, as Latin-1. */
export async function textOf(stream: Readable): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString("latin1");
}

function converse(socket: Socket, script: (call: Call) => unknown): void {
  const decoder = new RecordDecoder();
  const streams: Record<number, Uint8Array[]> = {
    [FCGI.PARAMS]: [],
    [FCGI.STDIN]: [],
  };
  const body = event<string>();
  const aborted = event<void>();
  const closed = event<void>();
  socket.on("error", () => {});
  socket.on("close", () => closed.happen());
  socket.on("data", (bytes) => {
    decoder.push(bytes);
    for (let next = decoder.next(); next; next = decoder.next()) {
      const { type, content } = next;
      if (type === FCGI.ABORT_REQUEST) aborted.happen();
      if (content.length > 0) streams[type]?.push(content);
      const whole = Buffer.concat(streams[type] ?? []);
      if (type === FCGI.STDIN && content.length === 0) {
        body.happen(String(whole));
      }
      if (type !== FCGI.PARAMS || content.length > 0) continue;
      script({
        variables: decodePairs(whole, 1000),
        socket,
        body: body.promise,
        aborted: aborted.promise,
        closed: closed.promise,
        stdout: (text) =>
          socket.write(encodeStream(FCGI.STDOUT, 1, Buffer.from(text))),
        stderr: (text) =>
          socket.write(encodeStream(FCGI.STDERR, 1, Buffer.from(text))),
        end: (appStatus = 0, protocolStatus = 0) =>
          socket.end(
            Buffer.concat([
              endOfStream(FCGI.STDOUT, 1),
              endRequest(1, appStatus, protocolStatus),
            ]),
          ),
      });
    }
  });
}

function event<T>(): { promise: Promise<T>; happen: (value: T) => void } {
  let happen: (value: T) => void = () => {};
  const promise = new Promise<T>((resolve) => {
    happen = resolve;
  });
  return { promise, happen };
}
