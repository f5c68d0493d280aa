// A web server's steady stream of requests over kept connections, which counts what fails.
import { Peer, request } from "./peer.ts";
import { Tally } from "./tally.ts";

/** Connections in a row that cannot be made: the test has failed, and must end. */
const MAX_VAIN = 1_000;

/**
 * Asks without a pause until it is told to stop. Like a web server it uses a connection again, and
 * opens another when one is closed after an answer.
 */
export class Load extends Tally {
  /** Connections that were opened. */
  opened = 0;
  /** Of each connection that ended within a request: the answer it had before, undefined where it had none. */
  readonly broken: (string | undefined)[] = [];
  readonly #address: string;
  readonly #keep: number;

  /** @param keep how many requests a connection is used for at most; with 1 the responder is to close it */
  constructor(address: string, connections: number, keep = 1_000_000) {
    super();
    this.#address = address;
    this.#keep = keep;
    this.begin(connections);
  }

  protected async ask(): Promise<void> {
    for (let vain = 0; !this.isOver && vain < MAX_VAIN; vain++) {
      const peer = await Peer.connect(this.#address).catch(String);
      if (typeof peer === "string") {
        this.fail(peer);
        // Whoever is not let in at all would fail some thousand times.
        await new Promise((resolve) => setTimeout(resolve, 10));
        continue;
      }
      vain = 0;
      this.opened++;
      await this.#askOn(peer);
      peer.close();
    }
  }

  async #askOn(peer: Peer): Promise<void> {
    const keep = this.#keep;
    let isClosed = false;
    let last: string | undefined;
    const close = (): void => {
      isClosed = true;
    };
    void peer.closed.then(close, close);
    for (let used = 0; used < keep && !isClosed && !this.isOver; used++) {
      try {
        await peer.send(request({}, "", { keep: keep > 1 }));
        const { stdout } = await peer.untilEnd();
        const [head = "", body = ""] = `${stdout}`.split("\r\n\r\n");
        last = body;
        if (/^Status: 200 /m.test(head)) this.note(body);
        else this.fail(head);
      } catch (error) {
        this.fail(String(error));
        this.broken.push(last);
        return;
      }
      // Where the connection ends with the answer, that has to be seen before it is used again: web servers
      // look, while Node needs some turns for it.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
