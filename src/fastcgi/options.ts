import { TsgiError } from "../common/errors.ts";
import {
  type CommonOptions,
  limitOf,
  MAX_TIMEOUT_MS,
} from "../common/settings.ts";
import type { Role } from "./protocol.ts";

/** How to serve FastCGI. Everything a peer controls has a limit here. */
export interface FastcgiOptions extends CommonOptions {
  /**
   * Where to listen. Digits are a port of 127.0.0.1 (`"9000"`); what ends with a colon and digits is
   * a host and its port (`"127.0.0.1:9000"`, `"[::1]:9000"`, `":9000"`); `"fd:0"` is a listening
   * descriptor; anything else is the path of a Unix socket (`"/run/app.sock"`, `"./9000"`).
   */
  listen?: readonly string[] | undefined;
  /**
   * Whether to serve the sockets a parent has left open as well: descriptor 0 (2.2) and those of
   * LISTEN_FDS. On unless given. An address of `listen` which a sibling serves is then left to it.
   */
  inherited?: boolean | undefined;
  /** Permissions of a socket file; 0o660 unless given. */
  socketMode?: number | undefined;
  /** Owner of a socket file: a user's name or number. */
  socketOwner?: string | number | undefined;
  /** Group of a socket file: a name or number. */
  socketGroup?: string | number | undefined;
  /** Connections the kernel queues; 511 unless given. */
  backlog?: number | undefined;
  /** Connections at once; 10,000 unless given. Requests on further ones are answered with 503, and FCGI_OVERLOADED. */
  maxConnections?: number | undefined;
  /** Requests at once; 1,000 unless given. Further ones wait, as far as `maxQueue` lets them. */
  maxConcurrency?: number | undefined;
  /**
   * Requests that may wait for their turn; further ones are answered with 503, and FCGI_OVERLOADED. 100 where
   * `maxConcurrency` is given: it says what the application can do at once, and a burst above that need
   * not fail. Else 0: who is one of a thousand waits long enough.
   */
  maxQueue?: number | undefined;
  /** Milliseconds to wait for one's turn; 30,000 unless given, 0 for ever. Then the answer is 503, without a call. */
  queueTimeoutMs?: number | undefined;
  /**
   * Requests that are served at once, whatever waits or runs, such as that for a status page. The
   * variables are the web server's, before any repair.
   */
  isExempt?:
    | ((variables: Readonly<Record<string, string | undefined>>) => boolean)
    | undefined;
  /** Bytes of params a request may have, 128 for a smaller record; 1,048,576 unless given. More is answered with 431. */
  maxParamsBytes?: number | undefined;
  /** Params a request may have; 1,000 unless given. More is answered with 431. */
  maxParams?: number | undefined;
  /** Bytes of a request's body to keep in memory until it is read, 128 for a smaller record; 262,144 unless given. */
  maxBufferedBytes?: number | undefined;
  /** Bytes of bodies to keep in temporary files while peers read nothing, for the whole process; 1 GiB unless given. */
  maxSpooledBytes?: number | undefined;
  /** Milliseconds a peer may take from its connection, or a first record, to the end of the params; 30,000 unless given, 0 for ever. */
  paramsTimeoutMs?: number | undefined;
  /** Milliseconds to read on after a response, so that the peer gets all of it; 30,000 unless given, 0 for ever. */
  lingerTimeoutMs?: number | undefined;
  /** Milliseconds close() waits for running requests; 30,000 unless given. */
  gracefulTimeoutMs?: number | undefined;
  /** Addresses of the web servers that may connect; FCGI_WEB_SERVER_ADDRS of the environment unless given (3.2). */
  allow?: readonly string[] | undefined;
  /** Roles to take on; `["RESPONDER"]` unless given. Others are answered with FCGI_UNKNOWN_ROLE. */
  roles?: readonly Role[] | undefined;
  /** Whether a peer that has sent a whole request may close its side and still get the answer. Off: that is an abort. */
  halfClose?: boolean | undefined;
  /** Whether several requests may share a connection; on unless given. */
  multiplex?: boolean | undefined;
  /** Where tsgi.errors goes: to the web server's log (`"stream"`, unless given) or this process's stderr. */
  errors?: "stream" | "stderr" | undefined;
  /** Whether other processes serve the same application; true unless given where the socket was inherited. */
  multiprocess?: boolean | undefined;
  /** The protocol engine; our own unless given. docs/deployment.md lists what the other cannot do. */
  engine?: "tsgi" | "node-fastcgi" | undefined;
  /** Asked before each request begins, by our own engine. False declines it with FCGI_OVERLOADED: the application is not called. */
  admit?: (() => boolean) | undefined;
  /** Told of every connection's trouble. Nothing else is done with it: the library does not log. */
  onError?: ((error: TsgiError) => void) | undefined;
}

/** The options of a connection, with defaults filled in. */
export interface Limits {
  readonly maxConnections: number;
  readonly maxConcurrency: number;
  readonly maxQueue: number;
  readonly queueTimeoutMs: number;
  readonly isExempt: FastcgiOptions["isExempt"];
  readonly maxParamsBytes: number;
  readonly maxParams: number;
  readonly maxBufferedBytes: number;
  readonly maxSpooledBytes: number;
  readonly paramsTimeoutMs: number;
  readonly lingerTimeoutMs: number;
  readonly gracefulTimeoutMs: number;
  readonly roles: readonly Role[];
  readonly halfClose: boolean;
  readonly multiplex: boolean;
  readonly errors: "stream" | "stderr";
  readonly admit: (() => boolean) | undefined;
  readonly onError: (error: TsgiError) => void;
}

const ROLES: readonly Role[] = ["RESPONDER", "AUTHORIZER", "FILTER"];

/** @throws {TsgiError} `CONFIG` for a limit that is no number, or a role that does not exist */
export function limitsFrom(options: FastcgiOptions): Limits {
  const { roles = ["RESPONDER"], onError = () => {} } = options;
  for (const role of roles) {
    if (!ROLES.includes(role)) {
      throw new TsgiError(
        "CONFIG",
        `Cannot take the role ${JSON.stringify(role)}: there are ${ROLES.join(", ")}`,
      );
    }
  }
  const isLimited = options.maxConcurrency !== undefined;
  return {
    maxConnections: limitOf(options, "maxConnections") ?? 10_000,
    maxConcurrency: limitOf(options, "maxConcurrency") ?? 1_000,
    maxQueue: limitOf(options, "maxQueue") ?? (isLimited ? 100 : 0),
    queueTimeoutMs: patienceOf(options, "queueTimeoutMs"),
    isExempt: options.isExempt,
    maxParamsBytes: limitOf(options, "maxParamsBytes") ?? 1_048_576,
    maxParams: limitOf(options, "maxParams") ?? 1_000,
    maxBufferedBytes: limitOf(options, "maxBufferedBytes") ?? 262_144,
    maxSpooledBytes: limitOf(options, "maxSpooledBytes") ?? 1_073_741_824,
    paramsTimeoutMs: patienceOf(options, "paramsTimeoutMs"),
    lingerTimeoutMs: patienceOf(options, "lingerTimeoutMs"),
    gracefulTimeoutMs: limitOf(options, "gracefulTimeoutMs") ?? 30_000,
    roles,
    halfClose: options.halfClose ?? false,
    multiplex: options.multiplex ?? true,
    errors: options.errors ?? "stream",
    admit: options.admit,
    onError,
  };
}

/** Like `requestTimeoutMs`, 0 is for ever: nobody can do anything in no time at all. */
function patienceOf(
  options: FastcgiOptions,
  name: "paramsTimeoutMs" | "lingerTimeoutMs" | "queueTimeoutMs",
): number {
  return (limitOf(options, name) ?? 30_000) || MAX_TIMEOUT_MS;
}
