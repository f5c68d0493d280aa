import type { ServerResponse } from "node:http";
import type { Outcome, Output, Wait } from "../common/output.ts";
import { applyHeaders, splitHead } from "./head.ts";

/** Takes a response as one of node:http. */
export class ServerResponseOutput implements Output {
  readonly #response: ServerResponse;
  /** The wait for the client, and what ends it. */
  #wait: Wait;
  #taken: (() => void) | undefined;
  #listens = false;

  constructor(response: ServerResponse) {
    this.#response = response;
    // The listener for "close" tells of it.
    response.on("error", () => {});
  }

  start(block: string, first: Uint8Array, last: boolean): Wait {
    const response = this.#response;
    const { status, reason, headers } = splitHead(block);
    applyHeaders(response, headers, ["set-cookie"]);
    if (reason === "") response.writeHead(status);
    else response.writeHead(status, reason);
    if (last) {
      response.end(Buffer.from(first));
      return undefined;
    }
    return first.length > 0 ? this.write(first) : undefined;
  }

  write(chunk: Uint8Array): Wait {
    const response = this.#response;
    // A copy, since it may be kept for longer than the wait. A callback would tell when it is not,
    // but middleware which wraps write(), such as compression, does not call it.
    if (response.write(Buffer.from(chunk))) return undefined;
    if (response.destroyed) return undefined;
    this.#listen();
    this.#wait ??= new Promise((resolve) => {
      this.#taken = resolve;
    });
    return this.#wait;
  }

  complete(): void {
    this.#response.end();
  }

  end(_outcome: Outcome, cut: boolean): void {
    const response = this.#response;
    // Closed, it cannot be taken for complete.
    if (cut || !response.headersSent) response.destroy();
    else if (!response.writableEnded) response.end();
  }

  /** Once for all, since compression forwards on("drain") but not off(). */
  #listen(): void {
    if (this.#listens) return;
    this.#listens = true;
    const release = (): void => {
      this.#taken?.();
      this.#taken = undefined;
      this.#wait = undefined;
    };
    this.#response.on("drain", release).on("close", release);
  }
}
