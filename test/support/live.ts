// A live connection in the words of the model, and held to it.
import assert from "node:assert/strict";
import { FCGI, type FcgiRecord } from "../../src/fastcgi/protocol.ts";
import { Model, type Outcome } from "./model.ts";
import { getValues, type Peer } from "./peer.ts";
import { parse } from "./responder.ts";
import { decodeRecords } from "./wire.ts";

/** What no test asks for, so that the answer is ours. */
const MARK = "FCGI_MPXS_CONNS";

/** One connection, and what the model says of it. The responder's application has to be an echo. */
export class Trial {
  readonly #name: string;
  readonly #peer: Peer;
  readonly #model = new Model();
  #isOpen = true;

  constructor(peer: Peer, name = "") {
    this.#peer = peer;
    this.#name = name;
  }

  /** Whether the responder still takes requests. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Sends whole records, and sees that they have the effect of the model. */
  async send(...pieces: Uint8Array[]): Promise<void> {
    const bytes = Buffer.concat(pieces);
    const expected = decodeRecords([bytes]).flatMap((one) =>
      this.#model.step(one),
    );
    if (!this.#isOpen) return;
    this.#peer.send(bytes);
    await this.#compare(expected);
  }

  /** Sees what happens where the application goes on. */
  async release(): Promise<void> {
    await this.#compare(this.#model.release());
  }

  async #compare(expected: readonly Outcome[]): Promise<void> {
    if (!this.#isOpen) return;
    assert.deepEqual(await outcomesOf(this.#peer), expected, this.#name);
    this.#isOpen = !expected.some(([kind]) => kind === "close");
  }
}

/**
 * What the responder has done since the last time. All it was sent is handled by then, and what the
 * application can do without waiting is done.
 */
export async function outcomesOf(peer: Peer): Promise<Outcome[]> {
  const records: FcgiRecord[] = [];
  let isOpen = true;
  // The application goes on when the records at hand are handled; then comes the second mark.
  for (let round = 0; isOpen && round < 2; round++) {
    peer.send(getValues(MARK));
    isOpen = await collect(peer, records);
  }
  const outcomes = summarize(records);
  return isOpen ? outcomes : [...outcomes, ["close"]];
}

/** Takes records up to the next mark; false where the connection ends before that. */
async function collect(peer: Peer, records: FcgiRecord[]): Promise<boolean> {
  for (;;) {
    const next = await peer.nextRecord();
    if (next === undefined) return false;
    if (isMark(next)) return true;
    records.push(next);
  }
}

function isMark({ type, content }: FcgiRecord): boolean {
  return type === FCGI.GET_VALUES_RESULT && content.length > 0;
}

function summarize(records: readonly FcgiRecord[]): Outcome[] {
  const outcomes: Outcome[] = [];
  const stdout = new Map<number, Buffer>();
  for (const { type, requestId: id, content } of records) {
    const sent = stdout.get(id);
    if (type === FCGI.STDOUT) {
      stdout.set(id, Buffer.concat([sent ?? Buffer.alloc(0), content]));
    } else if (type === FCGI.END_REQUEST) {
      outcomes.push(ending(id, Buffer.from(content), sent));
      stdout.delete(id);
    } else if (type === FCGI.GET_VALUES_RESULT) {
      outcomes.push(["values"]);
    } else if (type === FCGI.UNKNOWN_TYPE) {
      outcomes.push(["unknown type", content[0] as number]);
    }
  }
  assert.equal(stdout.size, 0, "a response has not ended");
  return outcomes;
}

function ending(id: number, end: Buffer, stdout: Buffer | undefined): Outcome {
  const appStatus = end.readUInt32BE();
  const protocolStatus = end.readUInt8(4);
  if (protocolStatus !== FCGI.REQUEST_COMPLETE) {
    if (protocolStatus === FCGI.OVERLOADED) {
      assert.match(`${stdout}`, /Status: 503 /, "it is told why");
    } else {
      assert.equal(stdout, undefined, "a declined request has no output");
    }
    return ["decline", id, protocolStatus];
  }
  if (stdout === undefined || stdout.length === 0) {
    assert.equal(appStatus, 1);
    return ["abort", id];
  }
  const { status, body } = parse({ stdout });
  const code = Number.parseInt(status ?? "", 10);
  assert.equal(appStatus, code === 200 ? 0 : 1);
  return ["answer", id, code, code === 200 ? body : ""];
}
