// The socket under stops 1 to 3 and 6 of a request: bytes in, while there is room for them, and out.
import type { Socket } from "node:net";
import { TsgiError } from "../common/errors.ts";
import { Deadline } from "./deadline.ts";
import { RecordDecoder } from "./decoder.ts";
import { Dispatch, type Replier, type Service } from "./dispatch.ts";
import type { ServedConnection } from "./engine.ts";
import { answerHttp, looksLikeHttp } from "./http-answer.ts";
import type { FcgiRequest } from "./request.ts";

interface Waiter {
  resolve(): void;
  reject(error: TsgiError): void;
}

/**
 *   open ------------------> closing -----------------> closed
 *        no further request          the peer's FIN,
 *        is wanted                   or linger timeout
 */
export class Connection implements Replier, ServedConnection {
  readonly #socket: Socket;
  readonly #service: Service;
  readonly #dispatch: Dispatch;
  readonly #decoder = new RecordDecoder();
  readonly #head: Deadline;
  readonly #linger: Deadline;
  #phase: "open" | "closing" | "closed" = "open";
  #isFresh = true;
  #isPaused = false;
  #isPumping = false;
  #isDraining = false;
  #waiters: Waiter[] = [];

  constructor(socket: Socket, service: Service) {
    const { paramsTimeoutMs, lingerTimeoutMs } = service.limits;
    this.#socket = socket;
    this.#service = service;
    this.#dispatch = new Dispatch(service, this);
    this.#head = new Deadline(paramsTimeoutMs, () => this.#onHeadTimeout());
    this.#linger = new Deadline(lingerTimeoutMs, () => this.#onLingerTimeout());
    this.#head.start();
    socket.on("data", (bytes: Uint8Array) => this.#onData(bytes));
    socket.on("end", () => this.#onEnd());
    socket.on("close", () => this.#onClose());
    socket.on("error", (error) => this.#onError(error));
  }

  get unsent(): number {
    return this.#socket.writableLength;
  }

  send(parts: readonly Uint8Array[]): void {
    const socket = this.#socket;
    if (!socket.writable) return;
    if (parts.length === 1) {
      socket.write(parts[0] as Uint8Array, this.#onWritten);
    } else {
      socket.cork();
      for (const part of parts) socket.write(part, this.#onWritten);
      socket.uncork();
    }
    if (this.#isPaused && this.unsent > 0) this.resume();
  }

  /** Sends what the peer asked for itself; it may not pile up. */
  reply(record: Uint8Array): void {
    if (this.unsent > this.#service.limits.maxBufferedBytes) {
      throw new TsgiError(
        "LIMIT",
        "Cannot answer the peer any more: it asks and does not read",
      );
    }
    this.send([record]);
  }

  flushed(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#phase === "closed") reject(disconnected());
      else this.#waiters.push({ resolve, reject });
    });
  }

  resume(): void {
    if (this.#isPaused && !this.#isPumping) this.#pump();
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
    if (parts.length > 0) this.send(parts);
    if (!request.keepConn) this.close();
    else this.#settle();
    this.resume();
  }

  /** Closes from our side when the running requests have been answered (section 5.1). */
  close(): void {
    if (this.#phase === "open") this.#phase = "closing";
    this.#settle();
  }

  /** Closes as well, without waiting for the peer's side: this process is about to end. */
  drain(): void {
    this.#isDraining = true;
    this.close();
  }

  /** Ends what still runs, and the connection with it. */
  abort(reason: TsgiError): void {
    this.#dispatch.abortAll(reason, false);
    this.drain();
  }

  #onData(bytes: Uint8Array): void {
    if (this.#isFresh && looksLikeHttp(bytes)) {
      this.#service.limits.onError(answerHttp(this.#socket));
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
    try {
      while (!this.#isFull()) {
        const record = this.#decoder.next();
        if (record === undefined) {
          this.#listen();
          return;
        }
        // Our FIN has been sent: what comes now is read and dropped.
        if (!this.#socket.writable) continue;
        this.#dispatch.handle(record);
      }
      this.#isPaused = true;
      this.#socket.pause();
    } catch (error) {
      this.#fail(error as TsgiError);
    } finally {
      this.#isPumping = false;
    }
  }

  #listen(): void {
    if (this.#isPaused) {
      this.#isPaused = false;
      this.#socket.resume();
    }
    this.#settle();
    const { isIdle, isBeginning } = this.#dispatch;
    const isPartial = isIdle && this.#decoder.isPartial;
    if (isPartial || isBeginning) this.#head.start();
    else this.#head.stop();
  }

  #isFull(): boolean {
    const { maxBufferedBytes, maxSpooledBytes } = this.#service.limits;
    const { unsent } = this;
    if (this.#dispatch.isIdle) return unsent > maxBufferedBytes;
    // A peer that reads nothing may be one that writes all first: its body is taken, into a file.
    const allowed = unsent > 0 ? maxSpooledBytes : maxBufferedBytes;
    return this.#dispatch.exceeds(allowed);
  }

  readonly #onWritten = (): void => {
    if (this.unsent > 0 || this.#phase === "closed") return;
    for (const { resolve } of this.#takeWaiters()) resolve();
    this.resume();
  };

  #onEnd(): void {
    const { isAnswering } = this.#dispatch.endInput(disconnected());
    if (isAnswering || this.#dispatch.isIdle) this.close();
    else this.#socket.destroy();
  }

  #onClose(): void {
    this.#phase = "closed";
    this.#head.stop();
    this.#linger.stop();
    this.#dispatch.abortAll(disconnected(), true);
    for (const { reject } of this.#takeWaiters()) reject(disconnected());
  }

  #onError(cause: Error): void {
    // Once a response is complete nobody minds how the peer goes.
    if (!this.#dispatch.isRunning) return;
    const message = `Cannot go on with the connection: ${cause.message}`;
    const error = new TsgiError("DISCONNECTED", message, { cause });
    this.#service.limits.onError(error);
  }

  #onHeadTimeout(): void {
    const { paramsTimeoutMs } = this.#service.limits;
    this.#fail(
      new TsgiError(
        "TIMEOUT",
        `Cannot wait for the params: they are not complete after ${paramsTimeoutMs} ms`,
      ),
    );
  }

  #onLingerTimeout(): void {
    if (this.#dispatch.isIdle) this.#socket.destroy();
    else this.#linger.start();
  }

  #fail(error: TsgiError): void {
    this.#service.limits.onError(error);
    this.#dispatch.abortAll(error, true);
    this.#socket.destroy();
  }

  /** After the last request: FIN, and reading on, so that no reset takes the answer from the peer. */
  #settle(): void {
    if (!this.#dispatch.isIdle) return;
    const isClosing = this.#phase === "closing";
    if (isClosing || this.#dispatch.hasLeftovers) this.#linger.start();
    else this.#linger.stop();
    if (!isClosing) return;
    if (this.#isDraining && !this.#dispatch.hasLeftovers) {
      this.#socket.destroySoon();
    } else {
      this.#socket.end();
    }
  }

  /** Ends the connection so that the peer notices: by a reset where there is one (TCP). */
  #break(): void {
    if (this.#socket.remoteAddress === undefined) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }

  #takeWaiters(): Waiter[] {
    const waiters = this.#waiters;
    this.#waiters = [];
    return waiters;
  }
}

function disconnected(): TsgiError {
  return new TsgiError(
    "DISCONNECTED",
    "Cannot go on with the request: the web server closed the connection",
  );
}
