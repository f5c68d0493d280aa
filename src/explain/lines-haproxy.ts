import type { Table } from "./entry.ts";
import {
  BAD_HEADER,
  CUT,
  DIED,
  NO_PERMISSION,
  NOBODY_LISTENS,
  OVERLOADED,
  PRINTED,
  SLOW,
} from "./shared-causes.ts";

/** HAProxy's log with option httplog, where four letters tell how a request ended. */
export const haproxyLines: Table = {
  "haproxy-no-server": {
    says: ["/<NOSRV> … 503 … - - SC-- "],
    title: "no server is up, or the backend has none",
    visitor: "503",
    causes: [NOBODY_LISTENS],
  },
  "haproxy-refused": {
    says: [" 503 … - - SC-- ", " 503 … - - sC-- "],
    title: "no connection to the process",
    means: "SC: refused, or no such socket. sC: timeout connect was over.",
    visitor: "503",
    causes: [NOBODY_LISTENS, NO_PERMISSION],
  },
  "haproxy-down": {
    says: [" is DOWN, reason: ", "has no server available!"],
    title: "the health check has failed",
    visitor: "503",
    causes: [NOBODY_LISTENS],
  },
  "haproxy-ended-early": {
    says: [" 502 … - - SH-- "],
    title: "the process ended the request without an answer",
    visitor: "502",
    causes: [DIED, OVERLOADED],
  },
  "haproxy-bad-answer": {
    says: [" 502 … - - PH-- "],
    title: "an answer HAProxy does not accept",
    visitor: "502",
    causes: [PRINTED, BAD_HEADER],
  },
  "haproxy-cut": {
    says: [" - - SD-- "],
    title: "the response ended before it was complete",
    visitor: "a response that breaks off",
    causes: [CUT, DIED],
  },
  "haproxy-timeout": {
    says: [" 504 … - - sH-- ", " - - sD-- "],
    title: "the application was silent for longer than timeout server",
    means:
      "A Unix socket HAProxy may not use looks the same: it waits until the time is over.",
    visitor: "504, or a response that breaks off",
    causes: [SLOW, NO_PERMISSION],
  },
  "haproxy-queue": {
    says: [" 503 … - - sQ-- "],
    title:
      "the request waited in HAProxy's queue for longer than timeout queue",
    visitor: "503",
    causes: [
      {
        cause:
          "maxconn of the server is reached: requests are slower than they come",
        proof:
          "the last pair of numbers in the line is the length of the queues",
        cure: "a larger maxconn, no more than --max-concurrency times the workers; make the application faster",
      },
    ],
  },
  "haproxy-bad-request": {
    says: [" - - PR-- "],
    title: "a request HAProxy does not accept",
    means: "Mostly headers that are longer than tune.bufsize, 16 KiB.",
    visitor: "400",
    causes: [
      {
        cause: "cookies that have grown, or a scanner",
        proof: "echo 'show errors' to HAProxy's stats socket shows the request",
        cure: "smaller cookies; tune.bufsize 32768 (not above 65536)",
      },
    ],
  },
  "haproxy-chunked": {
    says: [" 400 … - - PH-- "],
    title: "a chunked upload does not fit into tune.bufsize",
    visitor: "400",
    causes: [
      {
        cause:
          "HAProxy has to know a body's length before it can send it over FastCGI",
        proof: "the request has Transfer-Encoding: chunked",
        cure: "have clients send a Content-Length; tune.bufsize 65536 at most",
      },
    ],
  },
  "haproxy-crash": {
    says: ['FATAL: bug condition "c_empty(ic)" matched at src/stconn.c'],
    title:
      "HAProxy 2.6 crashed on an answer whose header block came in pieces, or not at all",
    visitor: "connections that break",
    causes: [
      {
        cause:
          "a bug of HAProxy 2.6.12 as Debian 12 has it; another program than TSGI answered, which sends its headers at once",
        proof: "haproxy -v",
        cure: "a newer HAProxy; tsgi-fcgi behind it",
      },
    ],
  },
};
