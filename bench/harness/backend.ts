// A contender's processes, listening.
import { join } from "node:path";
import type { Contender } from "../contenders/index.ts";
import { freshFolder } from "./folder.ts";
import { freePort } from "./port.ts";
import { resetPeak, type Usage, usageOf } from "./proc.ts";
import { type Command, Program } from "./program.ts";

export class Backend {
  readonly sockets: readonly string[];
  readonly #programs: readonly Program[];

  private constructor(
    sockets: readonly string[],
    programs: readonly Program[],
  ) {
    this.sockets = sockets;
    this.#programs = programs;
  }

  /** Starts one process, or as many as there are to be workers where it has no pool of its own. */
  static async start(
    contender: Contender,
    mount: string,
    workers = 1,
  ): Promise<Backend> {
    const folder = freshFolder("contender");
    const count = contender.hasPool ? 1 : workers;
    const sockets: string[] = [];
    const programs: Program[] = [];
    try {
      for (let index = 0; index < count; index++) {
        const socket = contender.isTcp
          ? String(await freePort())
          : join(folder, `${index}.sock`);
        sockets.push(socket);
        const place = { socket, folder, mount, workers };
        const program = startOpen(contender.command(place));
        programs.push(program);
        await program.accepts(
          contender.isTcp ? { port: Number(socket) } : { path: socket },
        );
      }
    } catch (error) {
      for (const program of programs) await program.stop();
      throw error;
    }
    return new Backend(sockets, programs);
  }

  /** The first socket; there is always one. */
  get socket(): string {
    return this.sockets[0] as string;
  }

  get usage(): Usage {
    return total(this.#programs);
  }

  resetPeak(): void {
    for (const { pid } of this.#programs) resetPeak(pid);
  }

  /** Lets Node programs give back what they do not use (apps/collect.js). */
  collectGarbage(): void {
    for (const program of this.#programs) program.signal("SIGUSR2");
  }

  async stop(): Promise<void> {
    for (const program of this.#programs) await program.stop();
  }
}

/** A web server that has dropped its privileges must be able to connect to what it makes. */
function startOpen(command: Command): Program {
  const earlier = process.umask(0);
  try {
    return new Program(command);
  } finally {
    process.umask(earlier);
  }
}

function total(programs: readonly Program[]): Usage {
  const usages = programs.map(({ pid }) => usageOf(pid));
  const sum = (of: (usage: Usage) => number) =>
    usages.reduce((all, usage) => all + of(usage), 0);
  return {
    cpuSeconds: sum(({ cpuSeconds }) => cpuSeconds),
    peakBytes: sum(({ peakBytes }) => peakBytes),
    residentBytes: sum(({ residentBytes }) => residentBytes),
  };
}
