import { TsgiError } from "../common/errors.ts";

/** Where to listen, or to connect to. */
export type Address =
  | { readonly path: string }
  | { readonly host: string; readonly port: number }
  | { readonly fd: number };

const DESCRIPTOR = /^fd:([0-9]+)$/;
const PORT = /^[0-9]+$/;
const HOST_AND_PORT = /^(?:\[([0-9A-Fa-f:.]+)\]|([^/:]*)):([0-9]+)$/;
/** Bytes of a path the kernel takes (unix(7)), without the final NUL. */
export const PATH_LIMIT = 107;

/**
 * Reads `"fd:0"`, `"9000"` (on 127.0.0.1), `"host:9000"`, `"[::1]:9000"`; anything else is the path
 * of a Unix socket.
 *
 * @throws {TsgiError} `LISTEN` for a port above 65535 or a path above 107 bytes
 */
export function parseAddress(text: string): Address {
  const descriptor = DESCRIPTOR.exec(text);
  if (descriptor !== null) return { fd: Number(descriptor[1]) };
  if (PORT.test(text)) return { host: "127.0.0.1", port: port(text, text) };
  const pair = HOST_AND_PORT.exec(text);
  if (pair !== null) {
    const host = pair[1] ?? (pair[2] || "127.0.0.1");
    return { host, port: port(pair[3] as string, text) };
  }
  const length = Buffer.byteLength(text);
  if (length === 0 || length > PATH_LIMIT) {
    throw new TsgiError(
      "LISTEN",
      `Cannot use socket path ${JSON.stringify(text)}: it has ${length} bytes, and 1 to ${PATH_LIMIT} are possible; choose a shorter directory`,
    );
  }
  return { path: text };
}

/** An address as `parseAddress` reads it. */
export function formatAddress(address: Address): string {
  if ("path" in address) return address.path;
  if ("fd" in address) return `fd:${address.fd}`;
  const { host, port } = address;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function port(digits: string, text: string): number {
  const number = Number(digits);
  if (number > 65_535) {
    throw new TsgiError(
      "LISTEN",
      `Cannot use address ${JSON.stringify(text)}: ports end at 65535`,
    );
  }
  return number;
}
