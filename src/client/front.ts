import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import { TsgiError } from "../common/errors.ts";
import { mountPrefix } from "../common/mount.ts";
import { HOP_BY_HOP } from "../common/response.ts";
import type { Variables } from "../common/variables.ts";
import type { Backend, BackendResponse } from "./backend.ts";
import { reasonPage } from "./page.ts";
import { httpRequest, variablesFor } from "./variables.ts";

/** How to put an HTTP server before a backend. */
export interface FrontOptions {
  readonly backend: Backend;
  /** 127.0.0.1 unless given. */
  readonly host?: string | undefined;
  /** A free one unless given. */
  readonly port?: number | undefined;
  /** Where the application is mounted; `"/"` unless given. */
  readonly mount?: string | undefined;
  /** Variables to add to those of every request. */
  readonly variables?: Variables | undefined;
  /** Told what the program wrote to its error stream. */
  readonly onErrors?: ((text: Uint8Array) => void) | undefined;
  /** Told of every request that has ended, with what went wrong. */
  readonly onRequest?: ((report: RequestReport) => void) | undefined;
}

/** A request that has ended. */
export interface RequestReport {
  readonly method: string;
  readonly target: string;
  /** What the client got; undefined where it left before. */
  readonly status: number | undefined;
  readonly error?: unknown;
}

/** A small web server for development: HTTP on one side, CGI or FastCGI on the other. */
export class Front {
  /** Who answers from the next request on. */
  backend: Backend;
  readonly #options: FrontOptions;
  readonly #prefix: string;
  readonly #server: Server;

  /** @throws {TsgiError} by rejection: `LISTEN`, `CONFIG` */
  static async listen(options: FrontOptions): Promise<Front> {
    const front = new Front(options);
    const { host = "127.0.0.1", port = 0 } = options;
    try {
      front.#server.listen({ host, port });
      await once(front.#server, "listening");
    } catch (error) {
      const cause = error as NodeJS.ErrnoException;
      const why = cause.code === "EADDRINUSE" ? "it is in use" : cause.message;
      throw new TsgiError(
        "LISTEN",
        `Cannot listen on ${host}:${port}: ${why}`,
        { cause },
      );
    }
    return front;
  }

  private constructor(options: FrontOptions) {
    this.backend = options.backend;
    this.#options = options;
    this.#prefix = mountPrefix(options.mount ?? "/");
    this.#server = createServer((request, response) => {
      void this.#answer(request, response);
    });
    // A page may stream, and a developer may stop at a breakpoint.
    this.#server.requestTimeout = 0;
  }

  /** Where browsers find the application: `"http://127.0.0.1:8000/"`. */
  get url(): string {
    const { address, port, family } = this.#server.address() as AddressInfo;
    const host = family === "IPv6" ? `[${address}]` : address;
    const path = this.#options.mount?.replace(/\/*$/, "/") ?? "/";
    return `http://${host}:${port}${path}`;
  }

  /** Gives up the requests that run and frees the port. */
  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** Never rejects. */
  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { method = "", url: target = "" } = request;
    let failure: unknown;
    try {
      failure = await this.#forward(request, response);
    } catch (error) {
      failure = hasLeft(error)
        ? new TsgiError("ABORTED", "The client left before the response's end")
        : error;
      if (response.headersSent) response.destroy();
      else sendPage(request, response, 502, messageOf(error));
    }
    const status = response.headersSent ? response.statusCode : undefined;
    this.#options.onRequest?.({ method, target, status, error: failure });
  }

  /** @returns what is wrong although the client has a complete response */
  async #forward(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<unknown> {
    const variables = variablesFor(httpRequest(request), this.#prefix);
    if (variables === undefined) {
      const reason = `The application is mounted at ${this.#options.mount}`;
      sendPage(request, response, 404, reason);
      return undefined;
    }
    const controller = new AbortController();
    response.on("close", () => {
      if (!response.writableFinished) controller.abort();
    });
    const answer = await this.backend.request({
      variables: Object.assign(variables, this.#options.variables),
      body: bodyOf(request),
      signal: controller.signal,
      onErrors: this.#options.onErrors,
    });
    response.writeHead(answer.status, answer.reason, endToEnd(answer));
    response.flushHeaders();
    let sent = 0;
    try {
      const count = async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          sent += chunk.length;
          yield chunk;
        }
      };
      await pipeline(answer.body, count, response);
    } catch (error) {
      // Who has all bytes may go before the request's end has come.
      if (hasLeft(error) && sent === lengthOf(answer)) return undefined;
      throw error;
    }
    const { exitStatus, signal } = await answer.ended;
    if (signal) return new Error(`The program was killed by ${signal}`);
    // Of an error that was answered with 500, tsgi.errors has told.
    if (exitStatus === 0 || answer.status >= 500) return undefined;
    return new Error(`The program ended with status ${exitStatus}`);
  }
}

async function* bodyOf(request: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    yield* request.iterator({ destroyOnReturn: false });
  } finally {
    // What the program left unread would hold up the connection's next request.
    request.resume();
  }
}

function hasLeft(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === "ABORTED" || code === "ERR_STREAM_PREMATURE_CLOSE";
}

/** The body's length as the program states it. */
function lengthOf({ headers }: BackendResponse): number | undefined {
  const stated = headers.find(
    ([name]) => name.toLowerCase() === "content-length",
  );
  return stated && Number(stated[1]);
}

/** The headers that are for the client, as writeHead takes them so that none is merged. */
function endToEnd(response: BackendResponse): string[] {
  const named = response.headers
    .filter(([name]) => name.toLowerCase() === "connection")
    .flatMap(([, value]) => value.toLowerCase().split(","))
    .map((option) => option.trim());
  return response.headers
    .filter(([name]) => {
      const lower = name.toLowerCase();
      return !HOP_BY_HOP.has(lower) && !named.includes(lower);
    })
    .flat();
}

function sendPage(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  reason: string,
): void {
  const page = reasonPage(status, reason, request.headers.accept);
  response.writeHead(status, {
    "Content-Type": page.contentType,
    "Content-Length": page.body.length,
    "Cache-Control": "no-store",
  });
  response.end(page.body);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
