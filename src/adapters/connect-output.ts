import type { ServerResponse } from "node:http";
import type { Output, Wait } from "../common/output.ts";
import { applyHeaders, splitHead } from "./head.ts";

/** Headers of which the middleware's and the application's both count. */
const ADDED: readonly string[] = ["set-cookie", "vary"];

/** A response that goes out through the `res` of a Connect middleware. */
export class ConnectOutput implements Output {
  readonly #res: ServerResponse;

  constructor(res: ServerResponse) {
    this.#res = res;
  }

  start(block: string, first: Uint8Array, last: boolean): Wait {
    const res = this.#res;
    const { status, reason, headers } = splitHead(block);
    res.statusCode = status;
    res.statusMessage = reason;
    applyHeaders(res, headers, ADDED);
    if (last) res.end(first);
    else if (first.length > 0) return this.write(first, false);
    else res.flushHeaders();
    return undefined;
  }

  write(chunk: Uint8Array, last: boolean): Wait {
    const res = this.#res;
    if (last) {
      res.end(chunk);
      return undefined;
    }
    // The application may fill the chunk anew, and res keeps what it gets until the tick is over.
    return res.write(Buffer.from(chunk)) ? undefined : drained(res);
  }

  complete(): void {}

  end(): void {}

  /** All has been written, and the application has closed its body. */
  finish(): void {
    if (!this.#res.writableEnded) this.#res.end();
  }
}

function drained(res: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      res.off("drain", settle);
      res.off("close", closed);
      resolve();
    };
    const closed = () => {
      res.off("drain", settle);
      reject(new Error("the connection is closed"));
    };
    res.on("drain", settle);
    res.once("close", closed);
  });
}
