// A responder in a process of its own, whose memory can be watched while it is flooded.
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { FastcgiOptions } from "../../../src/fastcgi/options.ts";
import { Peer, request } from "../../support/peer.ts";
import { startProgram } from "../../support/program.ts";
import { parse } from "../../support/responder.ts";

const MIB = 1024 * 1024;
/** What a flood may add to the memory of the process: less than what is sent, but V8 lets garbage pile up. */
const ROOM = 128 * MIB;

const SOURCE = `
  import { serve } from "./src/fastcgi/serve.ts";
  const codes = new Map();
  let produced = 0;
  const answers = {
    "/": () => ["hello"],
    "/peak": () => [String(process.resourceUsage().maxRSS * 1024)],
    "/codes": () => [JSON.stringify(Object.fromEntries(codes))],
    "/produced": () => [String(produced)],
    async "/count"({ "tsgi.input": input }) {
      let count = 0;
      for await (const chunk of input) count += chunk.length;
      return [String(count)];
    },
    async "/wait"({ "tsgi.signal": signal }) {
      await new Promise((resolve) => { signal.onabort = resolve; });
      return [];
    },
    *"/huge"({ QUERY_STRING: size }) {
      for (; produced < Number(size); produced += 65536) {
        yield Buffer.alloc(65536, "x");
      }
    },
  };
  const server = await serve(async (environ, startResponse) => {
    const body = await answers[environ.PATH_INFO](environ);
    startResponse("200 OK", [["Content-Type", "text/plain"]]);
    return body;
  }, {
    ...JSON.parse(process.env.TARGET_OPTIONS),
    inherited: false,
    listen: ["0"],
    onError: ({ code }) => codes.set(code, (codes.get(code) ?? 0) + 1),
  });
  console.log(server.addresses[0]);`;

export class Target {
  readonly #address: string;
  readonly #bystander: Peer;
  readonly #peakAtStart: number;

  static async start(
    t: TestContext,
    options: FastcgiOptions = {},
  ): Promise<Target> {
    const environment = { TARGET_OPTIONS: JSON.stringify(options) };
    const program = startProgram(t, SOURCE, { environment });
    const address = await program.line();
    const bystander = await Peer.connect(address);
    t.after(() => bystander.close());
    const peak = Number(await ask(bystander, "/peak"));
    return new Target(address, bystander, peak);
  }

  private constructor(address: string, bystander: Peer, peak: number) {
    this.#address = address;
    this.#bystander = bystander;
    this.#peakAtStart = peak;
  }

  connect(): Promise<Peer> {
    return Peer.connect(this.#address);
  }

  /** Asks on a connection that was there from the start. */
  ask(path: string): Promise<string> {
    return ask(this.#bystander, path);
  }

  /** How often each kind of trouble was reported. */
  async codes(): Promise<Record<string, number>> {
    return JSON.parse(await this.ask("/codes"));
  }

  /** Shows that others are served, and that memory stayed within its bounds. */
  async assertUnharmed(): Promise<void> {
    assert.equal(await this.ask("/"), "hello");
    const added = Number(await this.ask("/peak")) - this.#peakAtStart;
    const text = `the flood took ${Math.round(added / MIB)} MiB`;
    assert.ok(added < ROOM, text);
  }

  /**
   * Sends the same bytes again and again: so many of them, or until the connection ends or takes no
   * more. Tells how many were sent.
   */
  async flood(peer: Peer, bytes: Uint8Array, total: number): Promise<number> {
    let sent = 0;
    while (sent < total && peer.socket.writable) {
      let isTaken = false;
      void peer.send(bytes).then(() => {
        isTaken = true;
      });
      sent += bytes.length;
      await new Promise((resolve) => setImmediate(resolve));
      // It takes no more when others are served for a good while, and it is not.
      for (let round = 0; !isTaken && peer.socket.writable; round++) {
        if (round === 200) return sent;
        await this.ask("/");
      }
    }
    return sent;
  }
}

async function ask(peer: Peer, path: string): Promise<string> {
  peer.send(request({ PATH_INFO: path }));
  return parse(await peer.untilEnd()).body;
}
