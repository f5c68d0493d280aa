// An application that leaks a MiB with every request, and the memory of the workers that serve it.
import { readFileSync } from "node:fs";
import { parseStatus } from "./proc.ts";

const MIB = 1_048_576;

/** Its source. */
export const LEAKING: string = `const leak = [];
export default (environ, startResponse) => {
  leak.push(Buffer.alloc(${MIB}, 1));
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return "leaked";
};
`;

/** Watches the largest resident set of every worker there ever was. */
export class WorkerPeaks {
  readonly #supervisor: number;
  readonly #peaks = new Map<number, number>();
  readonly #timer: NodeJS.Timeout;

  /** @param supervisor its process id */
  constructor(supervisor: number) {
    this.#supervisor = supervisor;
    this.#timer = setInterval(() => this.#look(), 20);
  }

  /** Stops, and tells bytes for each worker. */
  stop(): readonly number[] {
    clearInterval(this.#timer);
    return [...this.#peaks.values()];
  }

  /** Looks at no other process: that would keep the clients in this one waiting. */
  #look(): void {
    for (const pid of childrenOf(this.#supervisor)) {
      const peak = parseStatus(read(`/proc/${pid}/status`), "VmHWM");
      if (peak > 0) this.#peaks.set(pid, peak);
    }
  }
}

function childrenOf(pid: number): readonly number[] {
  const text = read(`/proc/${pid}/task/${pid}/children`);
  return text.split(" ").filter(Boolean).map(Number);
}

/** Nothing of what has just ended. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
