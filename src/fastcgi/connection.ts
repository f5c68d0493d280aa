// The socket under stops 1 to 3 and 6 of a request: bytes in, while there is room for them, and out.
import type { Socket } from "node:net";
import { TsgiError } from "../common/errors.ts";
import { Deadline } from "./deadline.ts";
import { RecordDecoder } from "./decoder.ts";
import { Dispatch, type Replier } from "./dispatch.ts";
import type { ServedConnection } from "./engine.ts";
import { answerHttp, looksLikeHttp } from "./http-answer.ts";
import { FCGI, type FcgiRecord } from "./protocol.ts";
import { disconnected, paramsOverdue } from "./reasons.ts";
import type { FcgiRequest } from "./request.ts";
import { Sender } from "./sender.ts";
import type { Service } from "./service.ts";

/**
 *   open ------------------> closing -----------------> closed
 *        no further request          the peer's FIN,
 *        is wanted                   or linger timeout
 */
export class Connection implements Replier, ServedConnection {
  readonly sender: Sender;
  readonly #socket: Socket;
  readonly #service: Service;
  readonly #dispatch: Dispatch;
  readonly #decoder = new RecordDecoder();
  readonly #head: Deadline;
  readonly #linger: Deadline;
  #phase: "open" | "closing" | "closed" = "open";
  #isFresh = true;
  /** The record there was no room for; the socket is paused. */
  #held: FcgiRecord | undefined;
  #isPumping = false;
  #isDraining = false;
  /** How long a drained connection stays open for one more request. */
  #quiet: Deadline | undefined;
  #handOver: ((socket: Socket) => void) | undefined;

  constructor(socket: Socket, service: Service, isAdopted = false) {
    const { paramsTimeoutMs, lingerTimeoutMs } = service.limits;
    this.#socket = socket;
    this.#service = service;
    this.sender = new Sender(socket, () => this.resume());
    this.#dispatch = new Dispatch(service, this);
    this.#head = new Deadline(paramsTimeoutMs, () =>
      this.#fail(paramsOverdue(paramsTimeoutMs)),
    );
    this.#linger = new Deadline(lingerTimeoutMs, () => this.#onLingerTimeout());
    this.#isFresh = !isAdopted;
    if (this.#isFresh) this.#head.start();
    socket.on("data", (bytes: Uint8Array) => this.#onData(bytes));
    socket.on("end", () => this.#onEnd());
    socket.on("close", () => this.#onClose());
    socket.on("error", (error) => this.#onError(error));
  }

  /** Sends what the peer asked for itself; it may not pile up. */
  reply(record: Uint8Array): void {
    if (this.sender.unsent > this.#service.limits.maxBufferedBytes) {
      throw new TsgiError(
        "LIMIT",
        "Cannot answer the peer any more: it asks and does not read",
      );
    }
    this.sender.send([record]);
  }

  resume(): void {
    if (this.#held !== undefined) this.#pump();
    else if (this.#handOver !== undefined) this.#settle();
  }

  finish(
    request: FcgiRequest,
    parts: readonly Uint8Array[],
    cut: boolean,
  ): void {
    // The id is free before the peer can know it, so that its next request finds it so.
    this.#dispatch.remove(request);
    if (cut && this.#dispatch.isIdle && parts.length > 0) {
      this.#break();
      return;
    }
    if (parts.length > 0) this.sender.send(parts);
    const isKept = !this.#isDraining || this.#handOver !== undefined;
    if (request.keepConn && isKept) this.#settle();
    else this.close();
    this.resume();
  }

  /** Closes from our side when the running requests have been answered (section 5.1). */
  close(): void {
    if (this.#phase === "open") this.#phase = "closing";
    this.#settle();
  }

  /** Closes as well, without waiting for the peer's side: this process is about to end. */
  drain(quietMs: number, handOver?: (socket: Socket) => void): void {
    this.#isDraining = true;
    this.#handOver = handOver;
    const isOpen = this.#phase === "open";
    if (isOpen && handOver !== undefined) this.#settle();
    else if (isOpen && this.#dispatch.isIdle && quietMs > 0) {
      // Behind the next turn of reading: a request may have come while this process was busy.
      const end = (): unknown => setImmediate(() => this.close());
      this.#quiet = new Deadline(quietMs, end);
      this.#quiet.start();
    } else this.close();
  }

  /** Ends what still runs, and the connection with it. */
  abort(reason: TsgiError): void {
    this.#dispatch.abortAll(reason, false);
    this.drain(0);
  }

  refuse(reason: TsgiError): void {
    this.#dispatch.refuseAll(reason);
  }

  #onData(bytes: Uint8Array): void {
    if (this.#isFresh && looksLikeHttp(bytes)) {
      this.#refuseHttp();
      return;
    }
    this.#isFresh = false;
    this.#decoder.push(bytes);
    this.#pump();
  }

  /** Asks for records while there is room for what they bring. */
  #pump(): void {
    if (this.#isPumping || this.#phase === "closed") return;
    this.#isPumping = true;
    const wasPaused = this.#held !== undefined;
    try {
      let record = this.#held ?? this.#decoder.next();
      while (record !== undefined && !this.#dispatch.mustWait(record)) {
        if (this.#wants(record)) this.#dispatch.handle(record);
        record = this.#decoder.next();
      }
      this.#held = record;
      this.#watchHead();
      if (record !== undefined) this.#socket.pause();
      else if (wasPaused) this.#socket.resume();
    } catch (error) {
      this.#fail(error as TsgiError);
    } finally {
      this.#isPumping = false;
    }
    this.#settle();
  }

  /** After the last request no other begins. */
  #wants({ type }: FcgiRecord): boolean {
    if (this.#phase === "open") return true;
    if (this.#phase === "closed") return false;
    return type !== FCGI.BEGIN_REQUEST || !this.#dispatch.isIdle;
  }

  /** The clock runs while the peer owes us the rest of a request's params. */
  #watchHead(): void {
    const { isIdle, isBeginning } = this.#dispatch;
    const isPartial = isIdle && this.#decoder.isPartial;
    const isOwed = this.#held === undefined && (isPartial || isBeginning);
    if (isOwed) this.#head.start();
    else this.#head.stop();
  }

  #onEnd(): void {
    const isAnswering =
      !this.#dispatch.isIdle && this.#dispatch.endInput(disconnected());
    if (isAnswering || this.#dispatch.isIdle) this.close();
    else this.#socket.destroy();
  }

  #onClose(): void {
    this.#phase = "closed";
    this.#held = undefined;
    this.#head.stop();
    this.#linger.stop();
    this.#quiet?.stop();
    if (!this.#dispatch.isIdle) {
      this.#dispatch.abortAll(disconnected(), true);
    }
    this.sender.close();
  }

  #onError(cause: Error): void {
    // Once a response is complete nobody minds how the peer goes.
    if (!this.#dispatch.isRunning) return;
    const message = `Cannot go on with the connection: ${cause.message}`;
    const error = new TsgiError("DISCONNECTED", message, { cause });
    this.#service.limits.onError(error);
  }

  #onLingerTimeout(): void {
    if (this.#dispatch.isIdle) this.#socket.destroy();
    else this.#linger.start();
  }

  #refuseHttp(): void {
    const socket = this.#socket;
    this.#service.limits.onError(answerHttp(socket));
    socket.removeAllListeners("data").resume();
    this.#head.stop();
    this.close();
  }

  #fail(error: TsgiError): void {
    this.#phase = "closed";
    this.#held = undefined;
    this.#service.limits.onError(error);
    this.#dispatch.abortAll(error, true);
    this.#socket.destroy();
  }

  /** After the last request: FIN, and reading on, so that no reset takes the answer from the peer. */
  #settle(): void {
    // Records at hand may change the matter: the pump comes back when it has handled them.
    if (this.#isPumping || this.#phase === "closed") return;
    const { isIdle, hasLeftovers } = this.#dispatch;
    if (!isIdle) return;
    const isClosing = this.#phase === "closing";
    if (!isClosing && !hasLeftovers && this.#handOver !== undefined) {
      if (this.#decoder.isPartial || this.sender.unsent > 0) return;
      this.#phase = "closed";
      this.#handOver(this.#socket);
      return;
    }
    if (isClosing || hasLeftovers) this.#linger.start();
    else this.#linger.stop();
    if (!isClosing) return;
    if (this.#isDraining && !hasLeftovers) {
      this.#phase = "closed";
      // At once, where all is written: a web server that sees END_REQUEST may reuse the connection.
      if (this.sender.unsent === 0) this.#socket.destroy();
      else this.#socket.destroySoon();
    } else if (!this.#socket.writableEnded) {
      this.#socket.end();
    }
  }

  /** Ends the connection so that the peer notices: by a reset where there is one (TCP). */
  #break(): void {
    this.#phase = "closed";
    if (this.#socket.remoteAddress === undefined) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }
}
