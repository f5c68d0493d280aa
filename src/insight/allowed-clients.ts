// --status-allow: who may see figures.
import { BlockList, type IPVersion, isIP } from "node:net";
import { TsgiError } from "../common/errors.ts";
import type { Variables } from "../common/variables.ts";

/** Whoever is on this very machine. */
export const LOCAL_CLIENTS: readonly string[] = ["127.0.0.1", "::1"];

const FORWARDED_FOR = /\bfor="?\[?([^\]";,\s]*)/gi;

/**
 * A test for the client of a request. Where a proxy says on whose behalf it asks, all it names must be on the
 * list as well as the proxy itself: else a proxy on this machine would let everybody in.
 *
 * @param list IP addresses and networks such as `10.0.0.0/8`
 * @throws {TsgiError} `CONFIG` for anything else
 */
export function clientTest(
  list: readonly string[],
): (variables: Variables) => boolean {
  const allowed = new BlockList();
  for (const entry of list) add(allowed, entry.trim());
  return (variables) => {
    const clients = clientsOf(variables);
    return clients.every((address) => {
      const version = versionOf(address);
      return version !== undefined && allowed.check(address, version);
    });
  };
}

/** Whether `text` is an entry of such a list. */
export function isClientEntry(text: string): boolean {
  const [address = "", prefix, ...rest] = text.trim().split("/");
  const version = versionOf(address);
  if (version === undefined || rest.length > 0) return false;
  if (prefix === undefined) return true;
  return (
    /^[0-9]{1,3}$/.test(prefix) &&
    Number(prefix) <= (version === "ipv4" ? 32 : 128)
  );
}

function add(allowed: BlockList, entry: string): void {
  if (!isClientEntry(entry)) {
    throw new TsgiError(
      "CONFIG",
      `Cannot use ${JSON.stringify(entry)} as a client that may see the status: it is neither an IP address nor a network such as 10.0.0.0/8`,
    );
  }
  const [address = "", prefix] = entry.split("/");
  const version = versionOf(address) as IPVersion;
  if (prefix === undefined) allowed.addAddress(address, version);
  else allowed.addSubnet(address, Number(prefix), version);
}

/** Never empty: without REMOTE_ADDR there is a client that no list can have. */
function clientsOf(variables: Variables): string[] {
  const { REMOTE_ADDR, HTTP_X_FORWARDED_FOR, HTTP_X_REAL_IP, HTTP_FORWARDED } =
    variables;
  const clients = [`${REMOTE_ADDR ?? ""}`];
  if (HTTP_X_FORWARDED_FOR !== undefined) {
    clients.push(...`${HTTP_X_FORWARDED_FOR}`.split(","));
  }
  if (HTTP_X_REAL_IP !== undefined) clients.push(`${HTTP_X_REAL_IP}`);
  if (HTTP_FORWARDED !== undefined) {
    const named = [...`${HTTP_FORWARDED}`.matchAll(FORWARDED_FOR)];
    clients.push(...named.map(([, address = ""]) => address));
    if (named.length === 0) clients.push("");
  }
  return clients.map((client) => client.trim());
}

function versionOf(address: string): IPVersion | undefined {
  switch (isIP(address)) {
    case 4:
      return "ipv4";
    case 6:
      return "ipv6";
    default:
      return undefined;
  }
}
