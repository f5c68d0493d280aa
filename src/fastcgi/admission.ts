// Which requests may begin (FastCGI 1.0, sections 5.1 and 5.5).
import { TsgiError } from "../common/errors.ts";
import { FCGI, type Role } from "./protocol.ts";
import type { Service } from "./service.ts";

/** What becomes of a BEGIN_REQUEST: a request in a role, or a protocolStatus that declines it. */
export type Decision = {
  /** Whether the connection is to be kept after it. */
  readonly keepConn: boolean;
} & (
  | { readonly role: Role; readonly refusal?: undefined }
  | { readonly role?: undefined; readonly refusal: number }
);

/** The ids of the requests that run on a connection. */
export interface Running {
  has(id: number): boolean;
  readonly size: number;
}

/** Further requests whose params are read, to see whether they are exempt. */
const RESERVE = 16;

const ROLES: readonly (Role | undefined)[] = [
  undefined,
  "RESPONDER",
  "AUTHORIZER",
  "FILTER",
];

/** Decides on the requests of one connection. */
export class Admission {
  readonly #service: Service;
  /** This connection is one more than there may be. */
  readonly #isSurplus: boolean;

  constructor(service: Service) {
    this.#service = service;
    const { load, limits } = service;
    this.#isSurplus = load.connections > limits.maxConnections;
  }

  /** @throws {TsgiError} `PROTOCOL`: the connection cannot be trusted any further */
  decide(id: number, content: Uint8Array, running: Running): Decision {
    if (content.length !== 8) {
      throw new TsgiError(
        "PROTOCOL",
        `Cannot begin request ${id}: BEGIN_REQUEST has ${content.length} bytes, not 8`,
      );
    }
    if (running.has(id)) {
      throw new TsgiError(
        "PROTOCOL",
        `Cannot begin request ${id}: it is running already`,
      );
    }
    const role = ROLES[((content[0] as number) << 8) | (content[1] as number)];
    // A surplus connection goes, so that the peer's next one may find room.
    const keepConn =
      !this.#isSurplus && ((content[2] as number) & FCGI.KEEP_CONN) !== 0;
    if (role === undefined || !this.#service.limits.roles.includes(role)) {
      this.#report("PROTOCOL", id, "its role is not offered");
      return { keepConn, refusal: FCGI.UNKNOWN_ROLE };
    }
    const refusal = this.#refusal(id, running);
    if (refusal === FCGI.OVERLOADED) {
      this.#service.settings.observer?.refused?.();
    }
    return refusal === undefined ? { keepConn, role } : { keepConn, refusal };
  }

  #refusal(id: number, running: Running): number | undefined {
    const { limits, load } = this.#service;
    if (!limits.multiplex && running.size > 0) return FCGI.CANT_MPX_CONN;
    const { maxConcurrency, maxQueue, isExempt } = limits;
    const reserve = isExempt === undefined ? 0 : RESERVE;
    if (load.requests >= maxConcurrency + maxQueue + reserve) {
      const why = `${load.requests} are running or waiting, as many as allowed`;
      this.#report("LIMIT", id, why);
      return FCGI.OVERLOADED;
    }
    if (this.#isSurplus) {
      const why = `there are more than ${limits.maxConnections} connections`;
      this.#report("LIMIT", id, why);
      return FCGI.OVERLOADED;
    }
    return limits.admit?.() === false ? FCGI.OVERLOADED : undefined;
  }

  #report(code: "PROTOCOL" | "LIMIT", id: number, why: string): void {
    const message = `Cannot begin request ${id}: ${why}`;
    this.#service.limits.onError(new TsgiError(code, message));
  }
}
