import { isIP } from "node:net";
import { type Address, parseAddress } from "../../fastcgi/address.ts";
import type { OptionGroup } from "./option.ts";
import {
  duration,
  fileMode,
  integer,
  list,
  oneOf,
  size,
  textNamed,
  toggle,
} from "./option-types.ts";

const paths = list(
  "path",
  "a path of at most 107 bytes such as /run/app.sock",
  (text) => "path" in (addressOf(text) ?? {}),
);

// Whoever writes "localhost" here means a port of it, and not a file of that name.
const addresses = list(
  "address",
  "HOST:PORT, PORT, fd:N or a path such as /run/app.sock",
  (text) => {
    const address = addressOf(text);
    if (address === undefined) return false;
    return !("path" in address) || /^\.{0,2}\//.test(text);
  },
);

/** Where to listen. */
export const listenOptions: OptionGroup = {
  title: "Listening",
  commands: ["tsgi-fcgi"],
  options: [
    {
      name: "socket",
      key: "socket",
      type: paths,
      default: [],
      unset: "none",
      help: "listen on this Unix socket; repeatable",
    },
    {
      name: "listen",
      key: "listen",
      type: addresses,
      default: [],
      unset: "none",
      help: "listen on HOST:PORT, on PORT of 127.0.0.1, or on descriptor fd:N; repeatable",
    },
    {
      name: "inherited",
      key: "inherited",
      type: toggle,
      default: true,
      help: "do not serve the listening sockets a parent leaves open: descriptor 0 (mod_fcgid, lighttpd) and LISTEN_FDS (systemd)",
    },
    {
      name: "socket-mode",
      key: "socketMode",
      type: fileMode,
      default: 0o660,
      help: "permissions of the socket file, in octal",
    },
    {
      name: "socket-owner",
      key: "socketOwner",
      type: textNamed("user"),
      default: undefined,
      unset: "the user who runs this",
      help: "owner of the socket file, by name or number",
    },
    {
      name: "socket-group",
      key: "socketGroup",
      type: textNamed("group"),
      default: undefined,
      unset: "that user's",
      help: "group of the socket file, by name or number: the web server's",
    },
    {
      name: "backlog",
      key: "backlog",
      type: integer(1),
      default: 511,
      help: "connections the kernel queues",
    },
    {
      name: "allow",
      key: "allow",
      type: list("ip", "an IP address", (text) => isIP(text) !== 0),
      default: undefined,
      unset: "everybody, or FCGI_WEB_SERVER_ADDRS",
      help: "let only this web server connect, by its IP address; repeatable",
    },
  ],
};

/** What the web server may ask for, and how much of it. */
export const protocolOptions: OptionGroup = {
  title: "FastCGI",
  commands: ["tsgi-fcgi"],
  options: [
    {
      name: "max-concurrency",
      key: "maxConcurrency",
      type: integer(1),
      default: undefined,
      unset: "1,000",
      help: "requests that run at once; more wait, as far as --max-queue lets them",
    },
    {
      name: "max-queue",
      key: "maxQueue",
      type: integer(0),
      default: undefined,
      unset: "100 where --max-concurrency is given, else 0",
      help: "requests that may wait for their turn; more are answered with 503",
    },
    {
      name: "queue-timeout",
      key: "queueTimeoutMs",
      type: duration,
      default: 30_000,
      help: "how long a request may wait for its turn, 0 for ever; then it is answered with 503",
    },
    {
      name: "max-connections",
      key: "maxConnections",
      type: integer(1),
      default: 10_000,
      help: "connections at once; requests on more are answered with 503, and the connection is closed",
    },
    {
      name: "max-params",
      key: "maxParams",
      type: integer(1),
      default: 1_000,
      help: "params of a request; more are answered with 431",
    },
    {
      name: "max-params-bytes",
      key: "maxParamsBytes",
      type: size,
      default: 1_048_576,
      help: "size of all params of a request; more is answered with 431",
    },
    {
      name: "max-buffered-bytes",
      key: "maxBufferedBytes",
      type: size,
      default: 262_144,
      help: "how much of a request's body to hold in memory until it is read",
    },
    {
      name: "max-spooled-bytes",
      key: "maxSpooledBytes",
      type: size,
      default: 1_073_741_824,
      help: "how much of a request's body to hold in a temporary file while the web server reads nothing",
    },
    {
      name: "params-timeout",
      key: "paramsTimeoutMs",
      type: duration,
      default: 30_000,
      help: "time the web server has for the params of a request",
    },
    {
      name: "linger-timeout",
      key: "lingerTimeoutMs",
      type: duration,
      default: 30_000,
      help: "time to read on after a response, so that the web server gets all of it",
    },
    {
      name: "authorizer",
      key: "authorizer",
      type: toggle,
      default: false,
      help: "take the role of an authorizer, too",
    },
    {
      name: "filter",
      key: "filter",
      type: toggle,
      default: false,
      help: "take the role of a filter, too",
    },
    {
      name: "half-close",
      key: "halfClose",
      type: toggle,
      default: false,
      help: "answer a web server that closes its side after the request, instead of taking that for an abort",
    },
    {
      name: "multiplex",
      key: "multiplex",
      type: toggle,
      default: true,
      help: "let no two requests share a connection at the same time",
    },
    {
      name: "errors",
      key: "errors",
      type: oneOf("where", ["stream", "stderr"]),
      default: "stream",
      help: "where tsgi.errors goes: stream, to the web server and its log, or stderr",
    },
    {
      name: "engine",
      key: "engine",
      type: oneOf("name", ["tsgi", "node-fastcgi"]),
      default: "tsgi",
      help: "the protocol engine: tsgi, or node-fastcgi",
    },
  ],
};

function addressOf(text: string): Address | undefined {
  try {
    return parseAddress(text);
  } catch {
    return undefined;
  }
}
