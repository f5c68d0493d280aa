import type { Table } from "./entry.ts";
import {
  BIG_HEADERS,
  CUT,
  DIED,
  LARGE_BODY,
  NO_PERMISSION,
  NO_SOCKET,
  NOBODY_LISTENS,
  NOT_EXECUTABLE,
  NOT_FASTCGI,
  OUR_STDERR,
  QUEUE_FULL,
  SLOW,
  STARTED_AND_ENDED,
} from "./shared-causes.ts";

/** lighttpd's error log: its gateways, mod_fastcgi and mod_cgi. */
export const lighttpdLines: Table = {
  "lighttpd-refused": {
    says: [
      "establishing connection failed: socket: unix:<socket>: Connection refused",
    ],
    title: "nothing listens on the socket",
    visitor: "503",
    causes: [NOBODY_LISTENS],
  },
  "lighttpd-no-socket": {
    says: [
      "establishing connection failed: socket: unix:<socket>: No such file or directory",
    ],
    title: "there is no socket",
    visitor: "503",
    causes: [NO_SOCKET],
  },
  "lighttpd-permission": {
    says: [
      "establishing connection failed: socket: unix:<socket>: Permission denied",
    ],
    title: "lighttpd may not use the socket",
    visitor: "503",
    causes: [NO_PERMISSION],
  },
  "lighttpd-down": {
    says: ["all handlers for … are down"],
    title:
      "every process for this path has just failed, and is left alone for a while",
    means: "An earlier line says how it failed.",
    visitor: "503",
    causes: [NOBODY_LISTENS, STARTED_AND_ENDED],
  },
  "lighttpd-queue-full": {
    says: [
      "connection was dropped after accept() (perhaps the gw process died), write-offset: 0 socket: unix:<socket>",
    ],
    title: "the connection was never taken",
    visitor: "500",
    causes: [QUEUE_FULL],
  },
  "lighttpd-died": {
    says: [
      "unexpected end-of-file (perhaps the fastcgi process died)",
      "response not received, request sent: … on socket: unix:<socket>",
    ],
    title: "the process closed the connection before the response was complete",
    visitor: "500, or a response that breaks off",
    causes: [DIED, NOT_FASTCGI],
  },
  "lighttpd-cut": {
    says: ["response already sent out, but backend returned error"],
    title: "the response ended before it was complete",
    visitor: "a response that breaks off",
    causes: [CUT, DIED],
  },
  "lighttpd-child-exited": {
    says: ["child exited: … unix:<socket>"],
    title: "a process that lighttpd had started ended",
    means:
      "The number is its exit status: 66 the application cannot be loaded, 69 the address, 78 the configuration, 2 or 13 the program itself cannot be started.",
    causes: [STARTED_AND_ENDED],
  },
  "lighttpd-child-signalled": {
    says: ["child signalled: 9", "child signalled: "],
    title: "a process that lighttpd had started was killed",
    causes: [DIED],
  },
  "lighttpd-bin-path": {
    says: [
      'invalid "bin-path" => "<file>" (check that file exists, is regular file, and is executable by lighttpd)',
      "gw-backend failed to start: <file>",
      "spawning gw failed",
    ],
    title: "the program of bin-path cannot be started",
    visitor: "503, or lighttpd does not start",
    causes: [NOT_EXECUTABLE, STARTED_AND_ENDED],
  },
  "lighttpd-big-header": {
    says: ["response headers too large for"],
    title: "more than 64 KiB of headers",
    visitor: "502",
    causes: [BIG_HEADERS],
  },
  "lighttpd-timeout": {
    says: [
      "read timeout on socket: unix:<socket>",
      "read timeout on CGI: <file>",
    ],
    title: "the application was silent for longer than read-timeout",
    visitor: "504, or a connection that breaks off",
    causes: [SLOW],
  },
  "lighttpd-record": {
    says: ["FastCGI: header.type not handled"],
    title: "a record that does not belong here",
    causes: [NOT_FASTCGI],
  },
  "lighttpd-large-body": {
    says: ["request-size too long: … -> 413"],
    title: "the upload is larger than server.max-request-size",
    visitor: "413",
    causes: [LARGE_BODY],
  },
  "lighttpd-large-header": {
    says: ["oversized request-header -> sending Status 431"],
    title:
      "the client's headers are longer than server.max-request-field-size, 8 KiB in all",
    visitor: "431",
    causes: [
      {
        cause: "cookies that have grown",
        proof: "the browser's cookies for this site",
        cure: "delete the cookies that are not needed; server.max-request-field-size = 16384",
      },
    ],
  },
  "lighttpd-cgi-died": {
    says: ["CGI pid … died with signal"],
    title: "a CGI program was killed",
    visitor: "500",
    causes: [DIED],
  },
  "lighttpd-stderr": {
    says: ["FastCGI-stderr:"],
    title: "a line of the application",
    causes: [OUR_STDERR],
  },
};
