// The watchdog's thread: it sees that the main thread gives no sign of life, finds out why, and ends the process.
import { readFileSync } from "node:fs";
import { workerData } from "node:worker_threads";
import {
  type BlockRecord,
  blockedBy,
  blockedForGood,
  blockedSilently,
  writeRecord,
} from "./block-record.ts";
import {
  BlockClock,
  type BlockPhase,
  blockStep,
  intervalOf,
} from "./block-watch.ts";
import type { Culprit } from "./culprit.ts";
import { type Inquirer, Inquiry } from "./inquiry.ts";
import { BEATS, IS_DEBUGGED, type WatchdogData } from "./watchdog-data.ts";

class WatchdogThread implements Inquirer {
  readonly #data: WatchdogData;
  readonly #clock: BlockClock;
  #phase: BlockPhase = "watching";
  #blockedMs = 0;
  /** Signs of life when it was asked. */
  #beats = 0;
  #inquiry: Inquiry | undefined;

  constructor(data: WatchdogData) {
    this.#data = data;
    this.#clock = new BlockClock(intervalOf(data));
  }

  get isStillBlocked(): boolean {
    return Atomics.load(this.#data.life, BEATS) === this.#beats;
  }

  onFound(culprit: Culprit): void {
    this.#phase = "told";
    this.#write(blockedBy(culprit, this.#blockedMs));
  }

  onBreakpoint(): void {
    this.#phase = "told";
  }

  tick(): void {
    const beats = Atomics.load(this.#data.life, BEATS);
    this.#blockedMs = this.#clock.tick(beats, performance.now());
    if (this.#blockedMs === 0) {
      this.#phase = "watching";
      this.#inquiry?.end();
      this.#inquiry = undefined;
      return;
    }
    switch (blockStep(this.#phase, this.#blockedMs, this.#data)) {
      case "ask":
        this.#ask(beats);
        break;
      case "call it silent":
        this.#phase = "silent";
        this.#write(blockedSilently(this.#blockedMs, isWaiting()));
        break;
      case "end the process":
        this.#end();
        break;
      case "wait":
    }
  }

  #ask(beats: number): void {
    this.#phase = "asked";
    this.#beats = beats;
    this.#inquiry = new Inquiry(this);
    this.#inquiry.begin();
  }

  #end(): void {
    if (Atomics.load(this.#data.life, IS_DEBUGGED) === 1) return;
    this.#write(blockedForGood(this.#blockedMs));
    process.kill(process.pid, "SIGKILL");
  }

  #write(record: BlockRecord): void {
    writeRecord(record, this.#data.sink);
  }
}

/** Whether the main thread, whose id is that of the process, sleeps in the kernel. */
function isWaiting(): boolean {
  try {
    const path = `/proc/self/task/${process.pid}/stat`;
    const stat = readFileSync(path, "latin1");
    return !/^R/.test(stat.slice(stat.lastIndexOf(")") + 2));
  } catch {
    return false;
  }
}

const data: WatchdogData = workerData;
const thread = new WatchdogThread(data);
setInterval(() => thread.tick(), intervalOf(data));
