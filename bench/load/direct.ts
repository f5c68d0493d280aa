// A generator of load without a web server, in a process of its own: node --import tsx direct.ts JSON
import { connect } from "node:net";
import { performance } from "node:perf_hooks";
import type { Load } from "../harness/wrk.ts";
import { answerCounter, encodeRequest, type Shape } from "./requests.ts";

export interface DirectOptions extends Shape {
  readonly socket: string;
  readonly clients: number;
  readonly seconds: number;
}

class Generator {
  readonly #options: DirectOptions;
  readonly #request: Uint8Array;
  readonly #times: number[] = [];
  #errors = 0;
  #open = 0;
  #isOver = false;
  #done: () => void = () => {};

  constructor(options: DirectOptions) {
    this.#options = options;
    this.#request = encodeRequest(options);
  }

  async run(): Promise<Load> {
    const { clients, seconds } = this.#options;
    const [begin, cpu] = [performance.now(), process.cpuUsage()];
    setTimeout(() => {
      this.#isOver = true;
    }, seconds * 1_000);
    await new Promise<void>((resolve) => {
      this.#done = resolve;
      for (let client = 0; client < clients; client++) this.#connect();
    });
    const elapsed = performance.now() - begin;
    const { user, system } = process.cpuUsage(cpu);
    const times = Float64Array.from(this.#times).sort();
    const at = (part: number) => times[Math.floor(part * times.length)] ?? 0;
    return {
      requests: times.length,
      seconds: elapsed / 1_000,
      medianMs: at(0.5),
      p99Ms: at(0.99),
      errors: this.#errors,
      busy: (user + system) / 1_000 / elapsed,
    };
  }

  /** Asks, and asks again when it was answered; over another connection where this one is closed. */
  #connect(): void {
    const answers = answerCounter(this.#options);
    const socket = connect({ path: this.#options.socket });
    let asked = performance.now();
    let isAnswered = false;
    this.#open++;
    socket.write(this.#request);
    socket.on("data", (bytes) => {
      if (answers.push(bytes) === 0) return;
      const now = performance.now();
      this.#times.push(now - asked);
      isAnswered = true;
      if (this.#isOver) socket.destroy();
      else if (this.#options.kept) {
        asked = now;
        isAnswered = false;
        socket.write(this.#request);
      }
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#open--;
      if (!isAnswered) this.#errors++;
      if (!this.#isOver) this.#connect();
      else if (this.#open === 0) this.#done();
    });
  }
}

const options: DirectOptions = JSON.parse(process.argv[2] ?? "");
console.log(JSON.stringify(await new Generator(options).run()));
