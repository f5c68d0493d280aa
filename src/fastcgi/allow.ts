// FCGI_WEB_SERVER_ADDRS: which peers may connect (FastCGI 1.0, section 3.2).
import { BlockList, type IPVersion, isIP, type Socket } from "node:net";
import { TsgiError } from "../common/errors.ts";

/**
 * A test for peers, from a list of IP addresses; undefined where there is no list and all may come.
 * Peers without an address, those on Unix sockets, fail it.
 *
 * @param list the option, else the environment's comma-separated list
 * @throws {TsgiError} `CONFIG` where the list is set but empty, or an entry is not an IP address
 */
export function peerTest(
  list: readonly string[] | undefined,
): ((peer: Socket) => boolean) | undefined {
  const entries = list ?? process.env.FCGI_WEB_SERVER_ADDRS?.split(",");
  if (entries === undefined) return undefined;
  if (entries.length === 0) {
    throw new TsgiError(
      "CONFIG",
      "Cannot use the list of web servers: it is empty, so that nobody could connect",
    );
  }
  // For a BlockList 127.0.0.1 and ::ffff:127.0.0.1, as listeners on :: report it, are the same.
  const allowed = new BlockList();
  for (const entry of entries) {
    const address = entry.trim();
    if (isIP(address) === 0) {
      throw new TsgiError(
        "CONFIG",
        `Cannot use ${JSON.stringify(entry)} in the list of web servers: it is not an IP address`,
      );
    }
    allowed.addAddress(address, versionOf(address));
  }
  return ({ remoteAddress }) =>
    remoteAddress !== undefined &&
    allowed.check(remoteAddress, versionOf(remoteAddress));
}

function versionOf(address: string): IPVersion {
  return isIP(address) === 4 ? "ipv4" : "ipv6";
}
