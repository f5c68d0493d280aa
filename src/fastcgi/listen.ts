import type { Server } from "node:net";
import { TsgiError } from "../common/errors.ts";
import { type Address, formatAddress } from "./address.ts";
import { type Listener, listening } from "./listener.ts";
import { listenOnPath, type SocketFileOptions } from "./socket-file.ts";

/** What an error of the system means for whoever chose the address. */
const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "another process listens there",
  EADDRNOTAVAIL: "this machine has no such address",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENOENT: "its directory does not exist",
  ENOTDIR: "its directory is a file",
  EINVAL: "it is not a listening socket",
  ENOTSOCK: "it is not a socket",
  ENOTFOUND: "the host is unknown",
  EROFS: "the file system is read-only",
  ERR_INVALID_FD_TYPE: "it is not a socket",
};

/**
 * Makes `server` listen.
 *
 * @throws {TsgiError} `LISTEN`, with the system's error as its cause
 */
export async function listen(
  server: Server,
  address: Address,
  options: SocketFileOptions,
): Promise<Listener> {
  try {
    if ("path" in address)
      return await listenOnPath(server, address.path, options);
    await listening(server, { ...address, backlog: options.backlog });
  } catch (cause) {
    throw listenError(address, cause);
  }
  const bound = server.address();
  const text =
    "host" in address && bound !== null && typeof bound === "object"
      ? formatAddress({ host: address.host, port: bound.port })
      : formatAddress(address);
  return { address: text, close: () => server.close() };
}

/** What keeps us from an address, as an error of ours: `LISTEN`, with the system's as its cause. */
export function listenError(address: Address, cause: unknown): TsgiError {
  if (TsgiError.is(cause)) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  return new TsgiError(
    "LISTEN",
    `Cannot listen on ${formatAddress(address)}: ${REASONS[code ?? ""] ?? message}`,
    { cause },
  );
}
