// What the project has promised itself: ratios of two sides that were measured in the same rounds.
import type { Metric, Result } from "./harness/contest.ts";
import { ratioOf, spreadOf } from "./harness/statistics.ts";
import { samplesOf } from "./harness/table.ts";

export interface Target {
  readonly what: string;
  readonly scenario: string;
  readonly side: string;
  /** Without it, the figure itself counts and not a ratio. */
  readonly against?: string;
  readonly metric: Metric;
  readonly atLeast?: number;
  readonly atMost?: number;
}

const REQUESTS: Metric = "requests/s";
const CPU: Metric = "CPU µs/request";
const HTTP = "node:http";
const OURS = "tsgi";
const EMPTY = "node, an empty file";

/** Node lines that have targets of their own for an ES module. */
const ESM = { 20: 1.25, 22: 1.2, 24: 1.1 } as const;

export const targets: readonly Target[] = [
  {
    what: "FastCGI hello behind nginx, kept connections: requests",
    ...{ scenario: "nginx-hello-32", side: OURS, against: HTTP },
    ...{ metric: REQUESTS, atLeast: 1 },
  },
  {
    what: "… CPU per request",
    ...{ scenario: "nginx-hello-32", side: OURS, against: HTTP },
    ...{ metric: CPU, atMost: 0.75 },
  },
  {
    what: "… CPU per request",
    ...{ scenario: "nginx-hello-32", side: OURS, against: "php-fpm" },
    ...{ metric: CPU, atMost: 1 },
  },
  {
    what: "… CPU per request",
    ...{ scenario: "nginx-hello-32", side: OURS, against: "node-fastcgi" },
    ...{ metric: CPU, atMost: 0.12 },
  },
  {
    what: "… requests",
    ...{ scenario: "nginx-hello-32", side: OURS, against: "node-fastcgi" },
    ...{ metric: REQUESTS, atLeast: 8 },
  },
  {
    what: "Behind Apache, mod_proxy_fcgi against mod_proxy_http: requests",
    ...{ scenario: "apache-hello-32", side: OURS, against: HTTP },
    ...{ metric: REQUESTS, atLeast: 1 },
  },
  {
    what: "Behind lighttpd, mod_fastcgi against mod_proxy: requests",
    ...{ scenario: "lighttpd-hello-32", side: OURS, against: HTTP },
    ...{ metric: REQUESTS, atLeast: 1 },
  },
  {
    what: "Express hello through the adapter: requests",
    ...{ scenario: "nginx-express-hello-32", side: "tsgi, Express" },
    ...{ against: "node:http, Express", metric: REQUESTS, atLeast: 0.9 },
  },
  ...(["down", "up"] as const).flatMap((way): Target[] => [
    {
      what: `1 GiB ${way}: throughput`,
      ...{ scenario: `nginx-stream-${way}`, side: OURS, against: HTTP },
      ...{ metric: "MiB/s", atLeast: 0.8 },
    },
    {
      what: `1 GiB ${way}: peak memory in MiB`,
      ...{ scenario: `nginx-stream-${way}`, side: OURS },
      ...{ metric: "peak MiB", atMost: 120 },
    },
  ]),
  {
    what: "10,000 idle kept connections: memory each",
    ...{ scenario: "direct-idle", side: OURS, against: HTTP },
    ...{ metric: "KiB/connection", atMost: 1 },
  },
  ...Object.entries(ESM).flatMap(([line, esm]): Target[] => [
    {
      what: `CGI hello, installed package, Node ${line}`,
      ...{ scenario: `cgi-start-${line}`, side: "tsgi-cgi, CommonJS" },
      ...{ against: EMPTY, metric: "ms", atMost: 1.1 },
    },
    {
      what: `CGI hello as an ES module, Node ${line}`,
      ...{ scenario: `cgi-start-${line}`, side: "tsgi-cgi, ES module" },
      ...{ against: EMPTY, metric: "ms", atMost: esm },
    },
    {
      what: `CGI (req, res) hello, Node ${line}`,
      ...{ scenario: `cgi-start-${line}`, side: "tsgi-cgi, (req, res)" },
      ...{ against: EMPTY, metric: "ms", atMost: 1.65 },
    },
  ]),
  {
    what: "CGI hello, one built file, Node 20",
    ...{ scenario: "cgi-start-20", side: "tsgi build, CommonJS" },
    ...{ against: EMPTY, metric: "ms", atMost: 1.06 },
  },
  {
    what: "CGI Hono, one built file, Node 20",
    ...{ scenario: "cgi-start-20", side: "tsgi build, Hono" },
    ...{ against: EMPTY, metric: "ms", atMost: 1.3 },
  },
  {
    what: "CGI Express, one built file with code cache, Node 20",
    ...{ scenario: "cgi-start-20", side: "tsgi build, Express" },
    ...{ against: "tsgi-cgi, Express", metric: "ms", atMost: 0.65 },
  },
];

/** How a target stands; `measured` is undefined where one of its sides took no part. */
export interface Standing {
  readonly target: Target;
  readonly measured: number | undefined;
  readonly isMet: boolean;
}

export function standings(results: readonly Result[]): Standing[] {
  return targets.map((target) => {
    const measured = measure(target, results);
    const {
      atLeast = Number.NEGATIVE_INFINITY,
      atMost = Number.POSITIVE_INFINITY,
    } = target;
    return {
      target,
      measured,
      isMet:
        measured !== undefined && measured >= atLeast && measured <= atMost,
    };
  });
}

function measure(
  { scenario, side, against, metric }: Target,
  results: readonly Result[],
): number | undefined {
  const sides = results.find((one) => one.scenario === scenario)?.sides ?? [];
  const numbersOf = (wanted: string) => {
    const found = sides.find(({ name }) => name === wanted);
    return found === undefined ? [] : samplesOf(found, metric);
  };
  const numbers = numbersOf(side);
  if (numbers.length === 0) return undefined;
  if (against === undefined) return spreadOf(numbers).median;
  const base = numbersOf(against);
  return base.length === 0 ? undefined : ratioOf(numbers, base).median;
}
