// What a call of listen() asks for, in all the forms node:net takes.
import type { AddressInfo, Server } from "node:net";

/** The arguments of `server.listen()`. */
export type ListenArguments = readonly unknown[];

/** Where a program would have listened. */
export interface AskedAddress {
  /** What `server.address()` tells: a path, or host and port. */
  readonly address: AddressInfo | string;
  /** `"port 3000"`, `"/run/app.sock"`, `"descriptor 3"` */
  readonly text: string;
}

/** What `server.listen(...args)` asks for; undefined for what Node refuses. */
export function askedAddress(args: ListenArguments): AskedAddress | undefined {
  const [first, second] = args;
  if (typeof first === "object" && first !== null) {
    const { port, host, path, fd } = first as Readonly<Record<string, unknown>>;
    if (port !== undefined && port !== null) return onPort(port, host);
    if (typeof path === "string") return { address: path, text: path };
    if (typeof fd === "number") {
      return { address: `fd:${fd}`, text: `descriptor ${fd}` };
    }
    return undefined;
  }
  if (typeof first === "string" && !isNumber(first)) {
    return { address: first, text: first };
  }
  return onPort(typeof first === "function" ? 0 : (first ?? 0), second);
}

function onPort(given: unknown, host: unknown): AskedAddress | undefined {
  const port = Number(given);
  const isPort = Number.isInteger(port) && port >= 0 && port <= 65_535;
  if (!isPort || !isNumber(given)) return undefined;
  return { address: { ...ofHost(host), port }, text: `port ${port}` };
}

function isNumber(given: unknown): boolean {
  if (typeof given === "number") return true;
  return typeof given === "string" && /^(?:\d+|0x[\da-f]+)$/i.test(given);
}

/** A name is not looked up. */
function ofHost(host: unknown): Omit<AddressInfo, "port"> {
  if (typeof host !== "string" || host === "") {
    return { address: "::", family: "IPv6" };
  }
  if (host.includes(":")) return { address: host, family: "IPv6" };
  const isAddress = /^[\d.]+$/.test(host);
  return { address: isAddress ? host : "127.0.0.1", family: "IPv4" };
}

/** The part of a server that Node does not document. Its own tests rely on it. */
interface Internals {
  _handle: object | null;
  _pipeName: string | undefined;
}

/**
 * Makes a server as it is while it listens, though nothing is opened: `listening`, `address()`,
 * `close()`, `ref()` and `getConnections()` are Node's own, and work on this handle.
 */
export function pretendListening(server: Server, asked: AskedAddress): void {
  const internals = server as unknown as Internals;
  const { address } = asked;
  const isPath = typeof address === "string";
  if (isPath) internals._pipeName = address;
  internals._handle = {
    close() {},
    ref() {},
    unref() {},
    ...(!isPath && {
      getsockname: (out: object) => Object.assign(out, address) && 0,
    }),
  };
  process.nextTick(() => {
    if (server.listening) server.emit("listening");
  });
}
