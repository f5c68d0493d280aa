// A front end's side of a response, in memory. It watches that the runner keeps to the contract
// of `Output`, and holds chunks by reference as long as that contract allows.
import type { Outcome, Output, Wait } from "../common/output.ts";

/** Keeps a response, and can make the application wait as a slow client does. */
export class MemoryOutput implements Output {
  /** The raw header block. */
  head: string | undefined;
  /** The chunks of the body in the order they were handed over; never an empty one. */
  readonly chunks: Uint8Array[] = [];
  outcome: Outcome | undefined;
  cut: boolean | undefined;
  /** What the runner did against the contract of `Output`. */
  readonly breaches: string[] = [];
  /** What happened, in order. */
  readonly trace: string[];
  /** Resolves when the runner has called `end`. */
  readonly ended: Promise<void>;

  #phase: "waiting" | "started" | "last" | "complete" | "ended" = "waiting";
  #gate: Gate | undefined;
  #failure: Error | undefined;
  #end: () => void = () => {};
  #watchers: (() => void)[] = [];

  /** @param trace is told "start", "write", "complete" and "end", between what the test puts there */
  constructor(trace: string[] = []) {
    this.trace = trace;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** From now on the runner is told to wait. */
  block(): void {
    this.#gate ??= new Gate();
  }

  /** Whether the runner has been told to wait. */
  get isBlocked(): boolean {
    return this.#gate?.isWaitedFor ?? false;
  }

  /** Lets the runner go on. */
  release(): void {
    const gate = this.#gate;
    this.#gate = undefined;
    // Until now a chunk was the runner's; from now on its owner may fill it anew.
    for (const [at, chunk] of this.chunks.entries()) {
      this.chunks[at] = new Uint8Array(chunk);
    }
    gate?.open();
  }

  /** The client is gone: whoever waits is rejected, and every later write throws. */
  break(error: Error): void {
    this.#failure = error;
    this.#gate?.fail(error);
    this.#gate = undefined;
  }

  /** Resolves when at least `count` chunks have been handed over, 0 meaning the header block. */
  async sent(count: number): Promise<void> {
    while (this.head === undefined || this.chunks.length < count) {
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
  }

  start(head: string, first: Uint8Array, last: boolean): Wait {
    this.#expect("start", "waiting");
    this.#phase = "started";
    if (last) this.#expectEnd();
    if (this.#failure !== undefined) throw this.#failure;
    this.head = head;
    return this.#take("start", first);
  }

  write(chunk: Uint8Array, last: boolean): Wait {
    this.#expect("write", "started");
    if (chunk.length === 0) this.breaches.push("write of an empty chunk");
    if (last) this.#expectEnd();
    if (this.#failure !== undefined) throw this.#failure;
    return this.#take("write", chunk);
  }

  complete(): void {
    this.#expect("complete", "started");
    this.#phase = "complete";
    this.trace.push("complete");
  }

  end(outcome: Outcome, cut: boolean): void {
    if (outcome === "completed")
      this.#expect("end", "started", "last", "complete");
    else if (this.#phase === "ended") this.breaches.push("end while ended");
    this.#phase = "ended";
    this.outcome = outcome;
    this.cut = cut;
    this.trace.push("end");
    this.#end();
  }

  #take(event: string, chunk: Uint8Array): Wait {
    this.trace.push(event);
    if (chunk.length > 0) {
      // Not by slice(), which makes a view of a Buffer.
      const isKept = this.#gate !== undefined;
      this.chunks.push(isKept ? chunk : new Uint8Array(chunk));
    }
    for (const watcher of this.#watchers.splice(0)) watcher();
    return this.#gate?.wait();
  }

  /** The runner has promised to call `end` in this tick. */
  #expectEnd(): void {
    this.#phase = "last";
    setImmediate(() => {
      if (this.#phase === "last") this.breaches.push("end not at once");
    });
  }

  #expect(call: string, ...phases: string[]): void {
    if (!phases.includes(this.#phase)) {
      this.breaches.push(`${call} while ${this.#phase}`);
    }
  }
}

/** A promise that is settled from outside. */
class Gate {
  isWaitedFor = false;
  open: () => void = () => {};
  fail: (error: Error) => void = () => {};
  readonly #opened: Promise<void>;

  constructor() {
    this.#opened = new Promise((resolve, reject) => {
      this.open = resolve;
      this.fail = reject;
    });
    // Nobody may be waiting when it fails.
    this.#opened.catch(() => {});
  }

  wait(): Promise<void> {
    this.isWaitedFor = true;
    return this.#opened;
  }
}
