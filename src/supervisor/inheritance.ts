// Kept connections of workers that leave, for those that stay.
import type { PassedHandle, WorkerHandle } from "./worker-handle.ts";

/** Connections that may wait for a worker; more are closed while idle. */
const MAX_WAITING = 1_000;

/** Gives each to the next that serves and stays, or keeps it until there is one. */
export class Inheritance {
  #waiting: PassedHandle[] = [];
  #given = 0;

  give(connection: PassedHandle, workers: readonly WorkerHandle[]): void {
    const heirs = workers.filter(({ isHeir }) => isHeir);
    const heir = heirs[this.#given++ % heirs.length];
    if (heir !== undefined) heir.pass(connection);
    else if (this.#waiting.length < MAX_WAITING) this.#waiting.push(connection);
    else connection.close();
  }

  /** Some may be there now. */
  settle(workers: readonly WorkerHandle[]): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const connection of waiting) this.give(connection, workers);
  }

  /** Nobody will come. */
  close(): void {
    for (const connection of this.#waiting) connection.close();
    this.#waiting = [];
  }
}
