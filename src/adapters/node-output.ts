import type {
  Chunk,
  Header,
  StartResponse,
  Status,
  Write,
} from "../common/types.ts";

type Callback = (error?: Error | null) => void;

/** Bytes that may wait here before the application is told to. */
export const HIGH_WATER = 65_536;

/** What an output tells. */
export interface OutputListener {
  /** All has been taken, and there is room. */
  drained(): void;
  /** The response is over; `body` is what is left to send of it. */
  completed(body: Chunk | []): void;
  /** The response cannot be sent. */
  failed(error: unknown): void;
}

/**
 * The way of a response from Node's `socket.write` to TSGI. What is written in one tick leaves
 * together, and a response that is ended in the tick of its first byte leaves as one body.
 *
 *   waiting --------> held -------> streaming --------> ended
 *          startResponse   first bytes          end()
 */
export class NodeOutput {
  readonly #startResponse: StartResponse;
  readonly #listener: OutputListener;
  /** As Node's streams have it: `res.end` sets it to 1 before it uncorks. */
  readonly state: { corked: number } = { corked: 0 };
  #write: Write | undefined;
  /** startResponse refused a head, so that the next one replaces it. */
  #refusal: unknown;
  #pieces: Uint8Array[] = [];
  #callbacks: Callback[] = [];
  #wantsHead = false;
  #streaming = false;
  #ended = false;
  #scheduled = false;
  #waiting = false;
  #closed = false;
  /** Bytes not taken yet. */
  length = 0;

  constructor(startResponse: StartResponse, listener: OutputListener) {
    this.#startResponse = startResponse;
    this.#listener = listener;
  }

  /** @throws {TsgiError} where TSGI refuses the head; another one may follow */
  start(status: Status, headers: Header[]): void {
    try {
      this.#write = this.#startResponse(status, headers, this.#refusal);
      this.#refusal = undefined;
    } catch (error) {
      this.#refusal = error;
      throw error;
    }
  }

  /** @returns false where the application should wait for "drain" */
  push(bytes: Uint8Array, callback: Callback | undefined): boolean {
    if (callback !== undefined) this.#callbacks.push(callback);
    // What comes ahead of the head is an interim response (1xx), for which CGI has no place.
    if (this.#write !== undefined) {
      if (bytes.length > 0) {
        this.#pieces.push(bytes);
        this.length += bytes.length;
      } else {
        this.#wantsHead = true;
      }
    }
    this.#schedule();
    return this.length < HIGH_WATER;
  }

  cork(): void {
    this.state.corked++;
  }

  uncork(): void {
    if (this.state.corked === 0) return;
    this.state.corked--;
    this.#schedule();
  }

  /** No more will be written. */
  end(): void {
    this.#ended = true;
    if (this.#streaming || this.length > HIGH_WATER) {
      this.#schedule();
      return;
    }
    const body = this.#take();
    this.#settle();
    this.#listener.completed(body);
  }

  /** Nothing is sent any more, and whoever waits is told why. */
  close(error: Error | undefined): void {
    if (this.#closed) return;
    this.#settle();
    const callbacks = this.#callbacks;
    this.#callbacks = [];
    this.#pieces = [];
    for (const callback of callbacks) process.nextTick(callback, error);
  }

  #settle(): void {
    this.#closed = true;
    this.length = 0;
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting || this.state.corked > 0) return;
    this.#scheduled = true;
    process.nextTick(flush, this);
  }

  /** Hands over what has come together. Only for `flush`. */
  flush(): void {
    this.#scheduled = false;
    if (this.#waiting || this.state.corked > 0) return;
    const callbacks = this.#callbacks;
    this.#callbacks = [];
    if (this.#closed) {
      this.#tell(callbacks);
      return;
    }
    const bytes = this.#take();
    const wait = this.#send(bytes);
    if (wait === undefined) {
      this.#taken(bytes.length, callbacks);
      return;
    }
    this.#waiting = true;
    wait.then(
      () => {
        this.#waiting = false;
        this.#taken(bytes.length, callbacks);
      },
      (error) => {
        this.#waiting = false;
        this.#callbacks.unshift(...callbacks);
        this.#listener.failed(error);
      },
    );
  }

  #send(bytes: Uint8Array): Promise<void> | undefined {
    if (bytes.length > 0) {
      this.#streaming = true;
      return this.#write?.(bytes);
    }
    if (!this.#wantsHead || this.#streaming) return undefined;
    this.#streaming = true;
    return this.#write?.flush?.();
  }

  #taken(size: number, callbacks: readonly Callback[]): void {
    if (!this.#closed) this.length -= size;
    const isOver = this.#ended && this.#pieces.length === 0 && !this.#closed;
    if (isOver) this.#settle();
    this.#tell(callbacks);
    if (isOver) this.#listener.completed([]);
    else if (this.#pieces.length > 0 || this.#callbacks.length > 0) {
      this.#schedule();
    } else if (!this.#closed) this.#listener.drained();
  }

  #tell(callbacks: readonly Callback[]): void {
    for (const callback of callbacks) {
      try {
        callback();
      } catch (error) {
        // A listener of "finish", for example. In a server of node:http it would end the process.
        this.#listener.failed(error);
      }
    }
  }

  #take(): Uint8Array {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces.length === 1
      ? (pieces[0] as Uint8Array)
      : Buffer.concat(pieces);
  }
}

function flush(output: NodeOutput): void {
  output.flush();
}
