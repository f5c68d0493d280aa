// The one table of what is not the same behind every web server, and why. The tests hold each row
// to be true: a difference that has gone fails as one that has come.
import { cases } from "./cases.ts";
import type { Setup } from "./setups.ts";

export interface Difference {
  readonly case: string;
  readonly setups: readonly string[];
  readonly observed: unknown;
  readonly reason: string;
}

const SHARED_HOSTING = [
  "apache/cgi.htaccess",
  "apache/fcgid.htaccess",
  "apache/proxy-fcgi.htaccess",
] as const;
const APACHE = [
  "apache/cgi.conf",
  "apache/fcgid.conf",
  "apache/proxy-fcgi.conf",
  ...SHARED_HOSTING,
] as const;
const LIGHTTPD = [
  "lighttpd/cgi.conf",
  "lighttpd/bin-path.conf",
  "lighttpd/fastcgi.conf",
] as const;
const HAPROXY = ["haproxy/fcgi-app.cfg", "haproxy/multiplex.cfg"] as const;

export const differences: readonly Difference[] = [
  {
    case: "Cookie of 20 KB",
    setups: SHARED_HOSTING,
    observed: { status: 400 },
    reason:
      "LimitRequestFieldSize, 8190 by default, cannot be set in .htaccess",
  },
  {
    case: "Cookie of 20 KB",
    setups: ["apache/proxy-fcgi.conf"],
    observed: { status: 400 },
    reason:
      "mod_proxy_fcgi leaves out a variable above 16 KiB; our file has Apache refuse it instead",
  },
  {
    case: "POST of 1 MiB",
    setups: ["apache/fcgid.htaccess"],
    observed: { status: 500 },
    reason: "FcgidMaxRequestLen, 131072 by default, cannot be set in .htaccess",
  },
  {
    case: "chunked POST of 200 KB",
    setups: ["apache/fcgid.htaccess"],
    observed: { status: 500 },
    reason: "FcgidMaxRequestLen, 131072 by default, cannot be set in .htaccess",
  },
  {
    case: "chunked POST of 200 KB",
    setups: HAPROXY,
    observed: { status: 400 },
    reason: "HAProxy reads a chunked body whole, into a buffer of tune.bufsize",
  },
  {
    case: "streaming",
    setups: ["apache/fcgid.htaccess"],
    observed: "all at once",
    reason: "FcgidOutputBufferSize cannot be set in .htaccess",
  },
  {
    case: "streaming",
    setups: ["apache/proxy-fcgi.htaccess"],
    observed: "all at once",
    reason: "flushpackets cannot be set in .htaccess",
  },
  {
    case: "streaming",
    setups: ["nginx/fastcgi.conf"],
    observed: "all at once",
    reason:
      "nginx waits for a full buffer; nginx/streaming.conf and X-Accel-Buffering: no tell it not to",
  },
  {
    case: "streaming upload",
    setups: ["apache/fcgid.conf", "apache/fcgid.htaccess"],
    observed: "when complete",
    reason: "mod_fcgid reads the whole body before it asks the application",
  },
  {
    case: "streaming upload",
    setups: LIGHTTPD,
    observed: "when complete",
    reason:
      "with server.stream-request-body = 1 lighttpd answers chunked uploads 411",
  },
  {
    case: "streaming upload",
    setups: ["nginx/fastcgi.conf", "nginx/keepalive.conf"],
    observed: "when complete",
    reason:
      "nginx protects the application from slow clients; nginx/streaming.conf tells it not to",
  },
  {
    case: "streaming upload",
    setups: HAPROXY,
    observed: "when complete",
    reason: "HAProxy waits until its buffer is full or the body complete",
  },
  {
    case: "client that leaves a silent application",
    setups: [...APACHE, ...LIGHTTPD, ...HAPROXY],
    observed: "noticed when it sends",
    reason: "only nginx watches its clients; the others find out on writing",
  },
  {
    case: "static file",
    setups: HAPROXY,
    observed: { status: 200 },
    reason: "HAProxy serves no files: the application answers",
  },
];

/** Milliseconds to wait for what comes in an instant, however busy this machine is. */
const PATIENCE = 10_000;
/** And for what a difference says will not come. */
const BRIEF = 500;

/** What a case should observe behind a set-up, and how long to look. */
export function expectation(
  setup: Setup,
  name: string,
): { expected: unknown; patience: number } {
  const difference = differences.find(
    (row) => row.case === name && row.setups.includes(setup.file),
  );
  if (difference !== undefined) {
    return { expected: difference.observed, patience: BRIEF };
  }
  const found = cases.find((row) => row.name === name);
  return { expected: found?.expected, patience: PATIENCE };
}
