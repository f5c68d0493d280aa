// A web server's steady stream of requests over kept connections, which counts what fails.
import { Peer, request } from "./peer.ts";

/** What came of the requests. */
export interface LoadCount {
  answered: number;
  /** Why others were not answered, or not with 200. */
  readonly failures: string[];
}

/**
 * Asks without a pause until it is told to stop. Like a web server it uses a connection again, and
 * opens another when one is closed after an answer.
 */
export class Load {
  readonly count: LoadCount = { answered: 0, failures: [] };
  /** How often a body was answered. */
  readonly bodies: Map<string, number> = new Map();
  /** Connections that were opened. */
  opened = 0;
  readonly #done: Promise<unknown>;
  #isOver = false;
  #waiting: { least: number; resolve: () => void }[] = [];

  /** @param keep how many requests a connection is used for at most */
  constructor(address: string, connections: number, keep = 1_000_000) {
    const lines = Array.from({ length: connections }, () =>
      this.#ask(address, keep),
    );
    this.#done = Promise.all(lines);
  }

  /** Resolves when so many more were answered. */
  more(number: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ least: this.count.answered + number, resolve });
    });
  }

  /** Stops, and tells. */
  async stop(): Promise<LoadCount> {
    this.#isOver = true;
    await this.#done;
    return this.count;
  }

  async #ask(address: string, keep: number): Promise<void> {
    while (!this.#isOver) {
      const peer = await Peer.connect(address).catch(String);
      if (typeof peer === "string") {
        this.#fail(peer);
        // Whoever is not let in at all would fail some thousand times.
        await new Promise((resolve) => setTimeout(resolve, 10));
        continue;
      }
      this.opened++;
      await this.#askOn(peer, keep);
      peer.close();
    }
  }

  async #askOn(peer: Peer, keep: number): Promise<void> {
    let isClosed = false;
    void peer.closed.then(
      () => {
        isClosed = true;
      },
      () => {
        isClosed = true;
      },
    );
    for (let used = 0; used < keep && !isClosed && !this.#isOver; used++) {
      try {
        await peer.send(request());
        const { stdout } = await peer.untilEnd();
        const [head = "", body = ""] = `${stdout}`.split("\r\n\r\n");
        if (/^Status: 200 /m.test(head)) this.#note(body);
        else this.#fail(head);
      } catch (error) {
        this.#fail(String(error));
        return;
      }
      // Where the connection ends with the answer, that has to be seen before it is used again: web servers
      // look, while Node needs some turns for it.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  #fail(why: string): void {
    this.count.failures.push(why);
  }

  #note(body: string): void {
    this.count.answered++;
    this.bodies.set(body, (this.bodies.get(body) ?? 0) + 1);
    this.#waiting = this.#waiting.filter(({ least, resolve }) => {
      if (this.count.answered < least) return true;
      resolve();
      return false;
    });
  }
}
