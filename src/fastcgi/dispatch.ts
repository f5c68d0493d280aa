// Stop 3 of a request: the records of a connection become requests (FastCGI 1.0, sections 3.3 and 5).
import { TsgiError } from "../common/errors.ts";
import { withdraw } from "../common/withdraw.ts";
import { Admission, type Running } from "./admission.ts";
import { answerManagement } from "./management.ts";
import { FCGI, type FcgiRecord } from "./protocol.ts";
import { aborted } from "./reasons.ts";
import { declineRequest } from "./refusal.ts";
import { type Carrier, FcgiRequest } from "./request.ts";
import type { Service } from "./service.ts";

/** What the dispatch asks of its connection, besides carrying requests. */
export interface Replier extends Carrier {
  /** Sends an answer which no application made. */
  reply(record: Uint8Array): void;
  /** A request was declined, and the peer wants the connection closed after it. */
  close(): void;
}

/** The requests of one connection, by their ids. */
export class Dispatch implements Running {
  readonly #service: Service;
  readonly #connection: Replier;
  readonly #requests: FcgiRequest[] = [];
  /** Ended requests whose STDIN has not. */
  readonly #leftovers: number[] = [];
  readonly #admission: Admission;

  constructor(service: Service, connection: Replier) {
    this.#service = service;
    this.#connection = connection;
    this.#admission = new Admission(service);
  }

  /** Requests that run. */
  get size(): number {
    return this.#requests.length;
  }

  /** Whether one of that id runs. */
  has(id: number): boolean {
    return this.#find(id) !== undefined;
  }

  /** Whether no request is running. */
  get isIdle(): boolean {
    return this.#requests.length === 0;
  }

  /** Whether some request's params are not complete. */
  get isBeginning(): boolean {
    return this.#requests.some((request) => request.isBeginning);
  }

  /** Whether an application is at work for this connection. */
  get isRunning(): boolean {
    return this.#requests.some(({ isBeginning, hasResponded }) => {
      return !isBeginning && !hasResponded;
    });
  }

  /** Whether bodies of ended requests are still to come. */
  get hasLeftovers(): boolean {
    return this.#leftovers.length > 0;
  }

  /** Whether there is no room yet for what a record brings. */
  mustWait({ type, requestId, content }: FcgiRecord): boolean {
    const { limits, spools } = this.#service;
    const { maxBufferedBytes } = limits;
    const { unsent } = this.#connection.sender;
    if (type === FCGI.BEGIN_REQUEST) return unsent > maxBufferedBytes;
    if (type !== FCGI.STDIN && type !== FCGI.DATA) return false;
    const request = this.#find(requestId);
    if (request === undefined || content.length === 0) return false;
    if (request.unread <= maxBufferedBytes) return false;
    // A peer that reads nothing may be one that writes all first: its body is taken, into a file.
    const isUrgent = unsent > 0 || request.isStarved;
    return !isUrgent || !spools.hasRoom(this.#connection);
  }

  /** @throws {TsgiError} `PROTOCOL` or `LIMIT`: the connection cannot be trusted any further */
  handle({ type, requestId, content }: FcgiRecord): void {
    if (requestId === FCGI.NULL_REQUEST_ID) {
      this.#manage(type, content);
    } else if (type === FCGI.BEGIN_REQUEST) {
      this.#begin(requestId, content);
    } else {
      const request = this.#find(requestId);
      if (request !== undefined) this.#pass(request, type, content);
      else if (type === FCGI.STDIN && content.length === 0) {
        withdraw(this.#leftovers, requestId);
      }
    }
  }

  /** Frees the id of a request that has ended. */
  remove(request: FcgiRequest): void {
    withdraw(this.#requests, request);
    this.#service.load.requests--;
    this.#service.queue.leave(request);
    if (request.expectsBody) this.#leftovers.push(request.id);
  }

  /** @param abandoned whether the peer is gone */
  abortAll(reason: TsgiError, abandoned: boolean): void {
    for (const request of [...this.#requests]) {
      request.abort(reason, abandoned);
    }
  }

  /** Answers all requests, without waiting for anything. */
  refuseAll(reason: TsgiError): void {
    for (const request of [...this.#requests]) request.refuse(reason);
  }

  /**
   * The peer sends no more: aborts all requests but those that can be, or have been, answered.
   *
   * @returns whether there are such
   */
  endInput(reason: TsgiError): boolean {
    const { halfClose } = this.#service.limits;
    let isAnswering = false;
    for (const request of [...this.#requests]) {
      const isWhole = !request.isBeginning && !request.expectsBody;
      if (request.hasResponded || (halfClose && isWhole)) {
        isAnswering = true;
      } else {
        request.abort(reason, true);
      }
    }
    return isAnswering;
  }

  #pass(request: FcgiRequest, type: number, content: Uint8Array): void {
    switch (type) {
      case FCGI.PARAMS:
        this.#params(request, content);
        break;
      case FCGI.STDIN:
        this.#stdin(request, content);
        break;
      case FCGI.DATA:
        request.addData(content);
        break;
      case FCGI.ABORT_REQUEST:
        request.abort(aborted(), false);
        break;
      default:
        this.#report(
          "PROTOCOL",
          `Cannot use a record of type ${type}: a web server has none to send`,
        );
    }
  }

  #params(request: FcgiRequest, content: Uint8Array): void {
    if (!request.isBeginning) {
      this.#report(
        "PROTOCOL",
        "Cannot use PARAMS: their stream has ended already",
      );
    } else if (content.length > 0) {
      request.addParams(content);
    } else {
      request.serve();
    }
  }

  #stdin(request: FcgiRequest, content: Uint8Array): void {
    if (request.hasInputEnded) {
      this.#report(
        "PROTOCOL",
        "Cannot use STDIN: its stream has ended already",
      );
    } else {
      request.addInput(content);
    }
  }

  #begin(id: number, content: Uint8Array): void {
    const { role, keepConn, refusal } = this.#admission.decide(
      id,
      content,
      this,
    );
    withdraw(this.#leftovers, id);
    if (role === undefined) {
      this.#connection.reply(declineRequest(id, refusal));
      if (!keepConn) this.#connection.close();
      return;
    }
    this.#service.load.requests++;
    this.#requests.push(
      new FcgiRequest(id, role, keepConn, this.#connection, this.#service),
    );
  }

  #manage(type: number, content: Uint8Array): void {
    if (type === FCGI.BEGIN_REQUEST) {
      throw new TsgiError("PROTOCOL", "Cannot begin a request: its id is 0");
    }
    const { limits } = this.#service;
    this.#connection.reply(answerManagement(type, content, limits));
  }

  #find(id: number): FcgiRequest | undefined {
    for (const request of this.#requests) {
      if (request.id === id) return request;
    }
    return undefined;
  }

  #report(code: "PROTOCOL" | "LIMIT", message: string): void {
    this.#service.limits.onError(new TsgiError(code, message));
  }
}
