// A FastCGI responder in the test's own process, on a socket of its own.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { TsgiError } from "../../src/common/errors.ts";
import type { Application, Status } from "../../src/common/types.ts";
import type { FastcgiOptions } from "../../src/fastcgi/options.ts";
import { type FastcgiServer, serve } from "../../src/fastcgi/serve.ts";
import { type Answer, Peer } from "./peer.ts";

export interface ResponderOptions extends FastcgiOptions {
  /** On 127.0.0.1 instead of a Unix socket. */
  tcp?: boolean;
}

/** What a test has of its responder. */
export class Responder {
  readonly server: FastcgiServer;
  readonly reports: Reports;
  readonly #peers: Peer[] = [];

  constructor(server: FastcgiServer, reports: Reports) {
    this.server = server;
    this.reports = reports;
  }

  get address(): string {
    const [address] = this.server.addresses;
    assert.ok(address);
    return address;
  }

  /** A connection, closed after the test. */
  async connect(): Promise<Peer> {
    const peer = await Peer.connect(this.address);
    this.#peers.push(peer);
    return peer;
  }

  /** @throws where the responder has sent what it may not */
  async close(): Promise<void> {
    try {
      for (const peer of this.#peers) peer.close();
    } finally {
      await this.server.close();
    }
  }
}

/** What `onError` was told. */
export class Reports {
  readonly all: TsgiError[] = [];
  #wake: () => void = () => {};

  get codes(): string[] {
    return this.all.map(({ code }) => code);
  }

  add(error: TsgiError): void {
    this.all.push(error);
    this.#wake();
  }

  /** The first report that matches, as soon as there is one. */
  async matching(message: RegExp): Promise<TsgiError> {
    for (;;) {
      const found = this.all.find((error) => message.test(error.message));
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** Serves until the end of the test, and then sees that nothing is left running. */
export async function respond(
  t: TestContext,
  application: Application,
  { tcp = false, ...options }: ResponderOptions = {},
): Promise<Responder> {
  const directory = mkdtempSync(join(tmpdir(), "tsgi-test-"));
  const reports = new Reports();
  const server = await serve(application, {
    listen: [tcp ? "127.0.0.1:0" : join(directory, "socket")],
    inherited: false,
    gracefulTimeoutMs: 1000,
    abortGraceMs: 100,
    // What queues says so.
    maxQueue: 0,
    onError: (error) => reports.add(error),
    ...options,
  });
  const responder = new Responder(server, reports);
  t.after(async () => {
    try {
      await responder.close();
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
  return responder;
}

/** Answers every request alike. */
export function answering(
  body: string | Uint8Array = "hello",
  status: Status = "200 OK",
): Application {
  return (_, startResponse) => {
    startResponse(status, [["Content-Type", "text/plain"]]);
    return [body];
  };
}

/** Answers with the body of the request, whole. */
export const echo: Application = async (environ, startResponse) => {
  const body = await environ["tsgi.input"].read();
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return [body];
};

/** Answers with the body of the request, as it comes. */
export const echoStream: Application = (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return environ["tsgi.input"];
};

/** Answers with `environ` as JSON. */
export const showing: Application = (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "application/json"]]);
  return [JSON.stringify(environ)];
};

/** The parts of a response. */
export interface Parsed {
  readonly status: string | undefined;
  /** The lines of the header block, in order. */
  readonly lines: readonly string[];
  readonly body: string;
}

/** A response as the web server reads it; its body as Latin-1. */
export function parse({ stdout }: Pick<Answer, "stdout">): Parsed {
  const end = stdout.indexOf("\r\n\r\n");
  assert.notEqual(end, -1, "the header block does not end");
  const lines = stdout.toString("latin1", 0, end).split("\r\n");
  const status = lines
    .find((line) => line.startsWith("Status: "))
    ?.slice("Status: ".length);
  return { status, lines, body: stdout.toString("latin1", end + 4) };
}

/** A promise and how to settle it. */
export interface Gate<T = void> {
  readonly passed: Promise<T>;
  open(value: T): void;
}

export function gate<T = void>(): Gate<T> {
  let open: (value: T) => void = () => {};
  const passed = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}
