// FCGI_WEB_SERVER_ADDRS: which peers may connect (FastCGI 1.0, section 3.2).
import { BlockList, isIP, type Socket } from "node:net";
import { TsgiError } from "../common/errors.ts";

const MAPPED = /^::ffff:(?=[0-9.]+$)/i;

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
  const allowed = new BlockList();
  for (const entry of entries) {
    const address = entry.trim().replace(MAPPED, "");
    const family = isIP(address);
    if (family === 0) {
      throw new TsgiError(
        "CONFIG",
        `Cannot use ${JSON.stringify(entry)} in the list of web servers: it is not an IP address`,
      );
    }
    allowed.addAddress(address, family === 4 ? "ipv4" : "ipv6");
  }
  return (peer) => {
    const address = peer.remoteAddress?.replace(MAPPED, "");
    if (address === undefined) return false;
    return allowed.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");
  };
}
