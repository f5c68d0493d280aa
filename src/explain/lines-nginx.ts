import type { Table } from "./entry.ts";
import {
  BAD_HEADER,
  BIG_HEADERS,
  CUT,
  DIED,
  LARGE_BODY,
  NO_PERMISSION,
  NO_SOCKET,
  NOBODY_LISTENS,
  NOT_FASTCGI,
  OUR_STDERR,
  OVERLOADED,
  PRINTED,
  QUEUE_FULL,
  SLOW,
} from "./shared-causes.ts";

/** nginx's error.log. */
export const nginxLines: Table = {
  "nginx-refused": {
    says: [
      "connect() to unix:<socket> failed (111: Connection refused) while connecting to upstream",
      'connect() failed (111: Connection refused) while connecting to upstream, …, upstream: "fastcgi://<socket>"',
    ],
    title: "nothing listens on the socket",
    visitor: "502",
    causes: [NOBODY_LISTENS],
  },
  "nginx-no-socket": {
    says: [
      "connect() to unix:<socket> failed (2: No such file or directory) while connecting to upstream",
    ],
    title: "there is no socket",
    visitor: "502",
    causes: [NO_SOCKET],
  },
  "nginx-permission": {
    says: [
      "connect() to unix:<socket> failed (13: Permission denied) while connecting to upstream",
    ],
    title: "nginx may not use the socket",
    visitor: "502",
    causes: [NO_PERMISSION],
  },
  "nginx-queue-full": {
    says: [
      "connect() to unix:<socket> failed (11: Resource temporarily unavailable) while connecting to upstream",
    ],
    title: "the socket's queue is full",
    visitor: "502",
    causes: [QUEUE_FULL],
  },
  "nginx-no-live-upstreams": {
    says: ["no live upstreams while connecting to upstream"],
    title:
      "every server of the upstream has just failed, and is left alone for a while",
    means: "The lines before this one say how it failed.",
    visitor: "502",
    causes: [NOBODY_LISTENS],
  },
  "nginx-closed-early": {
    says: [
      "upstream prematurely closed connection while reading response header from upstream",
    ],
    title: "the process closed the connection before it answered",
    visitor: "502",
    causes: [DIED, NOT_FASTCGI],
  },
  "nginx-closed-in-body": {
    says: [
      "upstream prematurely closed connection while reading upstream",
      "upstream prematurely closed FastCGI stdout while reading upstream",
    ],
    title: "the response ended before it was complete",
    visitor: "a response that breaks off",
    causes: [CUT, DIED],
  },
  "nginx-reset": {
    says: [
      "recv() failed (104: Connection reset by peer) while reading response header from upstream",
      "readv() failed (104: Connection reset by peer) while reading upstream",
      "recv() failed (104: Connection reset by peer) while reading upstream",
    ],
    title: "the connection broke",
    visitor: "502, or a response that breaks off",
    causes: [DIED, CUT],
  },
  "nginx-empty": {
    says: [
      "upstream prematurely closed FastCGI stdout while reading response header from upstream",
    ],
    title: "an answer without headers",
    visitor: "502",
    causes: [BAD_HEADER, DIED],
  },
  "nginx-refused-request": {
    says: ["upstream sent unexpected FastCGI record: 3"],
    title: "the process declined the request, or ended it without an answer",
    visitor: "502",
    causes: [OVERLOADED],
  },
  "nginx-big-header": {
    says: [
      "upstream sent too big header while reading response header from upstream",
    ],
    title: "the headers do not fit into fastcgi_buffer_size",
    visitor: "502",
    causes: [BIG_HEADERS],
  },
  "nginx-invalid-header": {
    says: ["upstream sent invalid header"],
    title: "something in the place of headers that is none",
    visitor: "502",
    causes: [PRINTED, BAD_HEADER],
  },
  "nginx-invalid-status": {
    says: ["upstream sent invalid status"],
    title: "the Status line has no code",
    visitor: "502",
    causes: [BAD_HEADER],
  },
  "nginx-timeout": {
    says: [
      "upstream timed out (110: Connection timed out) while reading response header from upstream",
      "upstream timed out (110: Connection timed out) while reading upstream",
    ],
    title: "the application was silent for longer than fastcgi_read_timeout",
    visitor: "504, or a response that breaks off",
    causes: [SLOW],
  },
  "nginx-version": {
    says: ["upstream sent unsupported FastCGI protocol version"],
    title: "the answer is not FastCGI",
    visitor: "502",
    causes: [NOT_FASTCGI],
  },
  "nginx-record": {
    says: [
      "upstream sent invalid FastCGI record type",
      "upstream sent unexpected FastCGI request id",
    ],
    title: "a record that does not belong here",
    visitor: "502",
    causes: [NOT_FASTCGI],
  },
  "nginx-too-much": {
    says: ['upstream sent more data than specified in "Content-Length" header'],
    title: "the body is longer than Content-Length",
    visitor: "the response, cut to its length",
    causes: [
      {
        cause: "another program than TSGI answers, which never sends more",
        proof: "ss -lxp names the program behind the socket",
        cure: "Buffer.byteLength(text) for the length, in that program",
      },
    ],
  },
  "nginx-large-body": {
    says: ["client intended to send too large body"],
    title: "the upload is larger than client_max_body_size",
    visitor: "413",
    causes: [LARGE_BODY],
  },
  "nginx-stderr": {
    says: ["FastCGI sent in stderr"],
    title: "a line of the application",
    causes: [OUR_STDERR],
  },
};
