// Workers that were started together, to take over from those before them.
import type { Sockets } from "./sockets.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** Why none is started any more. The status that goes with it is 0. */
export const STOPPING = "the supervisor is stopping";

/** Why a generation could not be started. */
export class GenerationError extends Error {
  override readonly name = "GenerationError";
  /** The exit status the worker wished for; undefined where it was killed, or ended without a word. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }

  /** Why a worker of it has ended. */
  static of({ name, end, failedStatus }: WorkerHandle): GenerationError {
    return failedStatus === undefined
      ? new GenerationError(`${name} could not serve: ${end}`)
      : new GenerationError(end, failedStatus);
  }
}

/** Workers of a generation that may be killed on its way. An operator's hand, or the kernel's for lack of memory, may be once. */
const KILLS = 2;

/**
 * A generation on its way.
 *
 *   starting ----------> complete
 *       |
 *       +--------------> failed      its first worker that ends by itself ends it
 */
export class NextGeneration {
  readonly number: number;
  readonly sockets: Sockets;
  /** Resolves when it is complete, rejects where it has failed. */
  readonly settled: Promise<void>;
  resolve: () => void = () => {};
  reject: (error: GenerationError) => void = () => {};
  #kills = 0;

  constructor(number: number, sockets: Sockets) {
    this.number = number;
    this.sockets = sockets;
    this.settled = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** Whether it can still become complete without this worker, which has ended. */
  survives({ wasKilled }: WorkerHandle): boolean {
    if (wasKilled) this.#kills++;
    return wasKilled && this.#kills <= KILLS;
  }
}
