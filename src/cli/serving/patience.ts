// How long a process may take to end.
import { isSocket } from "../../fastcgi/inherited.ts";
import type { Values } from "../options/option.ts";
import type { Place } from "./serving.ts";

/** Where the options decide, there is nothing. */
export interface Patience {
  /** Milliseconds in which requests may finish. */
  readonly gracefulTimeoutMs?: number;
  /** Milliseconds that applications may go on after that. */
  readonly abortGraceMs?: number;
}

/** Apache, whose mod_fcgid leaves its socket on descriptor 0, kills a process little more than a second after SIGTERM when Apache ends. */
const HURRIED: Patience = { gracefulTimeoutMs: 700, abortGraceMs: 200 };

/** To be asked while descriptor 0 is as it was at the start. */
export function patienceOf(place: Place, values: Values): Patience {
  if (values.gracefulTimeoutMs !== undefined || place.worker > 0) return {};
  return values.inherited && isSocket(0) ? HURRIED : {};
}
