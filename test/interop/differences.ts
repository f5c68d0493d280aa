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
    case: "static file",
    setups: HAPROXY,
    observed: { status: 200 },
    reason: "HAProxy serves no files: the application answers",
  },
];

/** What a case should observe behind a set-up. */
export function expected(setup: Setup, name: string): unknown {
  const difference = differences.find(
    (row) => row.case === name && row.setups.includes(setup.file),
  );
  if (difference !== undefined) return difference.observed;
  return cases.find((row) => row.name === name)?.expected;
}
