// What the log says of addresses and connections.
import type { Logger } from "pino";
import type { TsgiError } from "../../common/errors.ts";
import { formatAddress, parseAddress } from "../../fastcgi/address.ts";

/** Tells where a process listens, `wanted` having been asked for; and warns of what strangers can reach. */
export function logListening(
  log: Logger,
  addresses: readonly string[],
  wanted: readonly string[],
  allow: readonly string[] | undefined,
): void {
  const isOpen = (allow ?? process.env.FCGI_WEB_SERVER_ADDRS) === undefined;
  for (const address of addresses) {
    log.info(`listening on ${address}`);
    if (isOpen && isRemote(address)) {
      log.warn(
        `whoever can reach ${address} may send requests, and claim to be anybody in them; --allow names the web server`,
      );
    }
  }
  for (const address of wanted.map(parseAddress).map(formatAddress)) {
    if (addresses.includes(address) || address.endsWith(":0")) continue;
    log.info(
      `another process listens on ${address}; this one will when that ends`,
    );
  }
}

/** Of a connection, or of accept(); the server goes on. */
export function logTrouble(
  log: Logger,
  { code, message, cause }: TsgiError,
): void {
  const fields = {
    code,
    ...(cause instanceof Error && { cause: cause.message }),
  };
  if (code === "LISTEN") log.error(fields, message);
  else log.warn(fields, message);
}

function isRemote(text: string): boolean {
  const address = parseAddress(text);
  if (!("host" in address)) return false;
  return !/^(?:localhost$|::1$|127\.)/.test(address.host);
}
