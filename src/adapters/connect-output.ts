import type { ServerResponse } from "node:http";
import type { Output, Wait } from "../common/output.ts";

/** Headers of which the middleware's and the application's both count. */
const ADDED: ReadonlySet<string> = new Set(["set-cookie", "vary"]);

/** A response that goes out through the `res` of a Connect middleware. */
export class ConnectOutput implements Output {
  readonly #res: ServerResponse;

  constructor(res: ServerResponse) {
    this.#res = res;
  }

  start(head: string, first: Uint8Array, last: boolean): Wait {
    applyHead(this.#res, head);
    if (last) this.#res.end(first);
    else if (first.length > 0) return this.write(first, false);
    else this.#res.flushHeaders();
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

function applyHead(res: ServerResponse, head: string): void {
  const headers = new Map<string, { name: string; values: string[] }>();
  for (const line of head.split("\r\n")) {
    const colon = line.indexOf(": ");
    if (colon < 0) continue;
    const name = line.slice(0, colon);
    const lower = name.toLowerCase();
    const value = line.slice(colon + 2);
    const known = headers.get(lower);
    if (known === undefined) headers.set(lower, { name, values: [value] });
    else known.values.push(value);
  }
  const status = headers.get("status")?.values[0] ?? "";
  headers.delete("status");
  res.statusCode = Number(status.slice(0, 3));
  res.statusMessage = status.slice(4);
  for (const [lower, { name, values }] of headers) {
    if (ADDED.has(lower)) res.appendHeader(name, values);
    else res.setHeader(name, values.length === 1 ? (values[0] ?? "") : values);
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
