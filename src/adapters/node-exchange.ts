import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { TsgiError } from "../common/errors.ts";
import { comesOfAbort } from "../common/failure.ts";
import { RequestLog } from "../common/request-log.ts";
import { isThenable } from "../common/thenable.ts";
import type {
  Chunk,
  Environ,
  ResponseBody,
  StartResponse,
} from "../common/types.ts";
import type { Variables } from "../common/variables.ts";
import { mayHaveBody, rawHeaders } from "./node-headers.ts";
import { catchHead, drain, setHeaders } from "./node-internals.ts";
import type { MessageClasses } from "./node-messages.ts";
import { NodeOutput, type OutputListener } from "./node-output.ts";
import { NodeSocket, type SocketOwner } from "./node-socket.ts";
import { nodeUrl } from "./node-url.ts";

/** How `req.url` is made; see {@link NodeOptions}. */
export type UrlOption = "mounted" | "full";

/** A request of TSGI as `req` and `res`, from the call of the listener to the end of the response. */
export class NodeExchange implements OutputListener, SocketOwner {
  readonly environ: Environ;
  readonly output: NodeOutput;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly #socket: NodeSocket;
  #body: AsyncIterator<Uint8Array> | undefined;
  #reading = false;
  /** What the application is to return, once it is known. */
  #result: { body: ResponseBody } | undefined;
  #failure: { error: unknown } | undefined;
  #resolve: ((body: ResponseBody) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;

  constructor(
    environ: Environ,
    startResponse: StartResponse,
    url: UrlOption,
    classes: MessageClasses,
  ) {
    this.environ = environ;
    this.output = new NodeOutput(startResponse, this);
    this.#socket = new NodeSocket(this);
    this.req = this.#request(url, classes);
    this.res = this.#response(classes);
  }

  /** Calls the listener, and waits until its response is over. */
  run(
    listener: (req: IncomingMessage, res: ServerResponse) => unknown,
  ): ResponseBody | Promise<ResponseBody> {
    try {
      const returned = listener(this.req, this.res);
      if (isThenable(returned)) {
        returned.then(undefined, (error) => this.failed(error));
      }
    } catch (error) {
      this.failed(error);
    }
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#result !== undefined) return this.#result.body;
    // Later, since to touch the signal costs more than most responses take.
    setImmediate(() => this.#heedSignal());
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get isOver(): boolean {
    return this.#result !== undefined || this.#failure !== undefined;
  }

  drained(): void {
    drain(this.res);
  }

  completed(body: Chunk | []): void {
    if (this.isOver) return;
    this.#result = { body };
    this.#resolve?.(body);
  }

  /** The application, or its response, went wrong: the runner answers, or cuts the response off. */
  failed(error: unknown): void {
    if (this.isOver) {
      if (!comesOfAbort(error)) this.report(error, "after the response");
      return;
    }
    this.#failure = { error };
    this.#close(error instanceof Error ? error : undefined);
    this.#reject?.(error);
  }

  /** What cannot change the response any more goes to the log. */
  report(error: unknown, what: string): void {
    const variables = this.environ as unknown as Variables;
    const log = new RequestLog(
      this.environ["tsgi.errors"],
      variables,
      new Set(),
    );
    log.failure(error, what);
  }

  wanted(): void {
    if (this.#reading) return;
    this.#reading = true;
    if (this.isOver && this.req.complete) process.nextTick(endBody, this.req);
    else void this.#read();
  }

  abandoned(error: Error | undefined): void {
    if (this.isOver) return;
    this.failed(
      error ??
        new TsgiError(
          "BODY",
          "Cannot complete the response: the application destroyed its connection",
        ),
    );
  }

  /** The response has been handed over. */
  #finished(): void {
    this.#socket.shut();
    const { req } = this;
    if (req.destroyed) return;
    if (!req.complete) {
      // The rest of the body is not to come, and must not look like its end.
      req.destroy(connectionReset());
    } else if (this.#body === undefined && isHeard(req)) {
      req.resume();
    }
  }

  #request(option: UrlOption, classes: MessageClasses): IncomingMessage {
    const { environ } = this;
    const req = new classes.Request(this.#socket as unknown as Socket);
    req.method = environ.REQUEST_METHOD;
    const minor = environ.SERVER_PROTOCOL === "HTTP/1.0" ? 0 : 1;
    req.httpVersionMajor = 1;
    req.httpVersionMinor = minor;
    req.httpVersion = minor === 0 ? "1.0" : "1.1";
    setHeaders(req, rawHeaders(environ));
    const { url, originalUrl, baseUrl } = nodeUrl(environ);
    req.url = option === "full" ? originalUrl : url;
    // Connect and Express keep what they find here.
    if (req.url !== originalUrl) Object.assign(req, { originalUrl, baseUrl });
    if (!mayHaveBody(environ)) req.complete = true;
    return req;
  }

  #response(classes: MessageClasses): ServerResponse {
    const res = new classes.Response(this.req);
    res.sendDate = false;
    catchHead(res, (status, headers) => this.output.start(status, headers));
    res.on("prefinish", () => this.output.end());
    res.on("finish", () => this.#finished());
    // A write after the end, for example: without a listener it would end the process.
    res.on("error", (error) => this.report(error, "after the response"));
    if (this.environ["tsgi.run_once"]) this.#outlive();
    res.assignSocket(this.#socket as unknown as Socket);
    return res;
  }

  /**
   * Under CGI the process ends with the request; what listens for "finish" and "close" comes first, and
   * what was put off by a turn, as Express does it with its log of an error.
   */
  #outlive(): void {
    const closed = new Promise((resolve) =>
      this.#socket.once("close", () => setImmediate(resolve)),
    );
    this.environ["tsgi.cleanup"].push(() => closed);
  }

  async #read(): Promise<void> {
    const { req } = this;
    let next: IteratorResult<Uint8Array>;
    try {
      this.#body ??= this.environ["tsgi.input"][Symbol.asyncIterator]();
      next = await this.#body.next();
    } catch (error) {
      if (this.isOver) req.destroy(connectionReset());
      else this.failed(error);
      return;
    }
    this.#reading = false;
    if (req.destroyed) return;
    try {
      this.#socket.active();
      if (next.done === true) endBody(req);
      else this.#push(next.value);
    } catch (error) {
      // Thrown by a listener, to which the chunk was handed at once.
      this.failed(error);
    }
  }

  #push(chunk: Uint8Array): void {
    this.#socket.bytesRead += chunk.length;
    this.req.push(chunk);
  }

  #heedSignal(): void {
    if (this.isOver) return;
    const signal = this.environ["tsgi.signal"];
    const abort = () => {
      if (!this.isOver) this.failed(signal.reason);
    };
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  }

  #close(error: Error | undefined): void {
    this.#socket._hadError = true;
    this.output.close(error);
    this.#socket.shut();
    if (!this.req.destroyed) this.req.destroy(connectionReset());
  }
}

/** Whether somebody waits for the end of a request that has no body. */
function isHeard(req: IncomingMessage): boolean {
  return req.listenerCount("end") + req.listenerCount("close") > 0;
}

function endBody(req: IncomingMessage): void {
  req.complete = true;
  req.push(null);
}

/** What node:http destroys a request with whose client is gone. */
function connectionReset(): Error {
  return Object.assign(new Error("aborted"), { code: "ECONNRESET" });
}
