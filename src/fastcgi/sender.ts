// The way out of a connection, and how full it is.
import type { Socket } from "node:net";
import type { TsgiError } from "../common/errors.ts";
import type { Wait } from "../common/output.ts";
import { disconnected } from "./reasons.ts";

interface Waiter {
  resolve(): void;
  reject(error: TsgiError): void;
}

/** Parts up to this size in all are copied together: one write costs less than gathering several. */
const JOINED = 16_384;

/** Sends records, and tells when the peer has taken them. */
export class Sender {
  readonly #socket: Socket;
  readonly #onChange: () => void;
  #waiters: Waiter[] = [];
  #isClosed = false;

  /** @param onChange called when output blocks, and when it flows again */
  constructor(socket: Socket, onChange: () => void) {
    this.#socket = socket;
    this.#onChange = onChange;
  }

  /** Bytes that were sent and have not left this process. */
  get unsent(): number {
    return this.#socket.writableLength;
  }

  /** Hands bytes to the socket, as one write. They must not change before they are flushed. */
  send(parts: readonly Uint8Array[]): void {
    const socket = this.#socket;
    if (!socket.writable) return;
    const bytes = joined(parts);
    if (bytes !== undefined) {
      socket.write(bytes, this.#onWritten);
    } else {
      socket.cork();
      for (const part of parts) socket.write(part, this.#onWritten);
      socket.uncork();
    }
    if (this.unsent > 0) this.#onChange();
  }

  /**
   * Over when all has left this process, where more than `allowed` bytes have not; rejects when the
   * connection closes before. Where it is broken already one has to wait for that, too: whoever
   * could go on would keep the process from learning of it.
   */
  drained(allowed: number): Wait {
    if (this.#socket.writable && this.unsent <= allowed) return undefined;
    return new Promise((resolve, reject) => {
      if (this.#isClosed) reject(disconnected());
      else this.#waiters.push({ resolve, reject });
    });
  }

  /** The connection is closed. */
  close(): void {
    this.#isClosed = true;
    for (const { reject } of this.#takeWaiters()) reject(disconnected());
  }

  readonly #onWritten = (): void => {
    // Once destroyed, it takes back what it could not send and calls that written.
    if (this.unsent > 0 || this.#socket.destroyed) return;
    for (const { resolve } of this.#takeWaiters()) resolve();
    this.#onChange();
  };

  #takeWaiters(): Waiter[] {
    const waiters = this.#waiters;
    this.#waiters = [];
    return waiters;
  }
}

/** One buffer of all parts, where that is not too much to copy. */
function joined(parts: readonly Uint8Array[]): Uint8Array | undefined {
  if (parts.length === 1) return parts[0];
  let length = 0;
  for (const part of parts) length += part.length;
  return length <= JOINED ? Buffer.concat(parts, length) : undefined;
}
