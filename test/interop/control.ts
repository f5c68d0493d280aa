// The line from a test to the application behind the web server, whichever process that is.
import { chmodSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";

/** One call of the application. */
export interface Call {
  readonly topic: string;
  /** Lets the application go on. */
  release(): void;
  /** What it says next; undefined when it has hung up. */
  line(): Promise<string | undefined>;
}

/** Listens for calls at a path that any user may connect to. */
export class Control {
  readonly #server: Server;
  readonly #calls: Call[] = [];
  readonly #waiting: ((call: Call) => void)[] = [];
  readonly #sockets = new Set<Socket>();

  constructor(path: string) {
    this.#server = createServer((socket) => void this.#accept(socket));
    this.#server.listen(path, () => chmodSync(path, 0o777));
  }

  /** The next call. */
  next(): Promise<Call> {
    const call = this.#calls.shift();
    if (call !== undefined) return Promise.resolve(call);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  async #accept(socket: Socket): Promise<void> {
    this.#sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.#sockets.delete(socket));
    const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
    const line = async (): Promise<string | undefined> =>
      (await lines.next()).value;
    const topic = (await line()) ?? "";
    const call = { topic, line, release: () => void socket.write("go\n") };
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#calls.push(call);
    else waiting(call);
  }
}
