import { inheritedAddresses } from "../../fastcgi/inherited.ts";
import { takeActivatedSockets } from "../../host/activated-sockets.ts";
import type { Values } from "../options/option.ts";

/** Addresses of sockets that a parent has left, such as `"fd:0"`. */
export interface Inherited {
  readonly byWebServer: readonly string[];
  readonly bySystemd: readonly string[];
  /** Why there are none of systemd, where there should be. */
  readonly warning: string | undefined;
}

/** Those of systemd are taken, and so no longer in the environment. */
export function inheritedBy({ inherited }: Values): Inherited {
  const { addresses, warning } = takeActivatedSockets(process.env);
  if (!inherited) return { byWebServer: [], bySystemd: [], warning: undefined };
  return { byWebServer: inheritedAddresses(), bySystemd: addresses, warning };
}
