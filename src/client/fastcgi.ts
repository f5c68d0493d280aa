import { connect, type Socket } from "node:net";
import { TsgiError, type TsgiErrorCode } from "../common/errors.ts";
import { RecordDecoder } from "../fastcgi/decoder.ts";
import { beginRequest, encodeStream, endOfStream } from "../fastcgi/encoder.ts";
import { encodePairs } from "../fastcgi/params.ts";
import { FCGI, type FcgiRecord } from "../fastcgi/protocol.ts";
import type { Backend, BackendRequest, BackendResponse } from "./backend.ts";
import { ResponseReceiver } from "./receiver.ts";
import { sendBody } from "./send.ts";
import { definedPairs } from "./variables.ts";

const REQUEST_ID = 1;

/** Where a responder listens; what `net.connect` takes. */
export type Destination =
  | { readonly path: string }
  | { readonly host: string; readonly port: number };

/** A FastCGI responder, asked for each request over a connection of its own. */
export class FcgiClient implements Backend {
  readonly #destination: Destination;

  constructor(destination: Destination) {
    this.#destination = destination;
  }

  async request(request: BackendRequest): Promise<BackendResponse> {
    const exchange = new FcgiExchange(request, this.#destination);
    return exchange.response;
  }
}

/** One request and its connection. */
class FcgiExchange {
  readonly #request: BackendRequest;
  readonly #socket: Socket;
  readonly #decoder = new RecordDecoder();
  readonly #receiver: ResponseReceiver;

  constructor(request: BackendRequest, destination: Destination) {
    this.#request = request;
    const socket = connect(destination);
    this.#socket = socket;
    this.#receiver = new ResponseReceiver(request.variables.REQUEST_METHOD, {
      resume: () => this.#socket.resume(),
      abandon: () => this.#abort(),
    });
    const onAbort = () => this.#abort();
    let connected = false;
    socket.on("connect", () => {
      connected = true;
      void this.#send();
    });
    socket.on("data", (bytes) => this.#receive(bytes));
    socket.on("error", (error: NodeJS.ErrnoException) => {
      this.#receiver.fail(
        connected ? disconnected(error) : cannotConnect(destination, error),
      );
    });
    socket.on("close", () => {
      request.signal?.removeEventListener("abort", onAbort);
      this.#receiver.fail(disconnected());
    });
    request.signal?.addEventListener("abort", onAbort);
    if (request.signal?.aborted) this.#abort();
  }

  get response(): Promise<BackendResponse> {
    return this.#receiver.response;
  }

  async #send(): Promise<void> {
    const { variables, body = [] } = this.#request;
    const socket = this.#socket;
    const pairs = definedPairs(variables);
    socket.cork();
    socket.write(beginRequest(REQUEST_ID, FCGI.RESPONDER, false));
    socket.write(encodeStream(FCGI.PARAMS, REQUEST_ID, encodePairs(pairs)));
    socket.write(endOfStream(FCGI.PARAMS, REQUEST_ID));
    socket.uncork();
    try {
      await sendBody(body, socket, (chunk) =>
        encodeStream(FCGI.STDIN, REQUEST_ID, chunk),
      );
    } catch {
      // Half a body must not look like a whole one.
      this.#abort();
      return;
    }
    if (socket.writable) socket.write(endOfStream(FCGI.STDIN, REQUEST_ID));
  }

  #receive(bytes: Uint8Array): void {
    try {
      this.#decoder.push(bytes);
      for (;;) {
        const record = this.#decoder.next();
        if (record === undefined) return;
        this.#handle(record);
      }
    } catch (error) {
      this.#receiver.fail(error as TsgiError);
      this.#socket.destroy();
    }
  }

  #handle({ type, requestId, content }: FcgiRecord): void {
    // Management records and other requests: not asked for, and no harm (section 3.3).
    if (requestId !== REQUEST_ID) return;
    if (type === FCGI.STDERR) this.#request.onErrors?.(content);
    else if (type === FCGI.END_REQUEST) this.#end(content);
    else if (type === FCGI.STDOUT) {
      if (content.length > 0) {
        if (!this.#receiver.push(content)) this.#socket.pause();
      } else if (!this.#receiver.awaitsHead) {
        // Without a head END_REQUEST will tell why.
        this.#receiver.end("the responder ended its output");
      }
    }
  }

  #end(content: Uint8Array): void {
    const body = Buffer.from(content);
    if (body.length < 8) {
      this.#receiver.fail(refused("PROTOCOL", "its END_REQUEST is too short"));
    } else if (
      body[4] !== FCGI.REQUEST_COMPLETE &&
      // With a page in front of it that is the answer.
      this.#receiver.awaitsHead
    ) {
      this.#receiver.fail(refusal(body[4] as number));
    } else {
      this.#receiver.end("the responder ended the request");
      this.#receiver.finish({ exitStatus: body.readUInt32BE() });
    }
    this.#socket.destroy();
  }

  #abort(): void {
    this.#receiver.fail(
      new TsgiError("ABORTED", "Cannot read the response: it was given up"),
    );
    const socket = this.#socket;
    // A responder that reads nothing would keep us waiting; the close tells it as well.
    if (socket.connecting || socket.writableLength > 0) socket.destroy();
    else if (socket.writable) {
      socket.write(endOfStream(FCGI.ABORT_REQUEST, REQUEST_ID));
      socket.destroySoon();
    }
  }
}

function refusal(protocolStatus: number): TsgiError {
  switch (protocolStatus) {
    case FCGI.CANT_MPX_CONN:
      return refused("PROTOCOL", "FCGI_CANT_MPX_CONN");
    case FCGI.OVERLOADED:
      return refused("LIMIT", "it is overloaded (FCGI_OVERLOADED)");
    case FCGI.UNKNOWN_ROLE:
      return refused("PROTOCOL", "it is no responder (FCGI_UNKNOWN_ROLE)");
    default:
      return refused("PROTOCOL", `protocolStatus ${protocolStatus}`);
  }
}

function refused(code: TsgiErrorCode, why: string): TsgiError {
  return new TsgiError(
    code,
    `Cannot get a response from the responder: ${why}`,
  );
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such socket",
  ENOTSOCK: "it is not a socket",
  ECONNREFUSED: "nobody listens there",
  EACCES: "this user may not",
  ENOTFOUND: "there is no such host",
};

function cannotConnect(
  destination: Destination,
  cause: NodeJS.ErrnoException,
): TsgiError {
  const address =
    "path" in destination
      ? destination.path
      : `${destination.host}:${destination.port}`;
  const why = REASONS[cause.code ?? ""] ?? cause.message;
  return new TsgiError(
    "CONNECT",
    `Cannot connect to ${address}: ${why} (${cause.code})`,
    { cause },
  );
}

function disconnected(cause?: Error): TsgiError {
  return new TsgiError(
    "DISCONNECTED",
    "Cannot read the response: the responder closed the connection before its end",
    { cause },
  );
}
