// wrk, the load behind web servers.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { ENVIRONMENT } from "./program.ts";

const POST = join(import.meta.dirname, "../load/post.lua");
const execute = promisify(execFile);

/** What a generator of load has seen. */
export interface Load {
  readonly requests: number;
  readonly seconds: number;
  /** Half of the answers came within this time. */
  readonly medianMs: number;
  readonly p99Ms: number;
  /** Answers that were none, or had not status 2xx or 3xx. */
  readonly errors: number;
  /** Part of the time the generator was busy; near 1 it was the bottleneck. */
  readonly busy?: number;
}

export interface LoadOptions {
  readonly clients: number;
  readonly seconds: number;
  readonly headers?: readonly string[];
  /** Posted as JSON. */
  readonly body?: string | undefined;
}

/** In microseconds, so that all of them are whole. */
const UNITS: Readonly<Record<string, number>> = {
  us: 1,
  ms: 1e3,
  s: 1e6,
  m: 60e6,
};

/** Loads an address. @throws where wrk does not run */
export async function wrk(
  url: string,
  { clients, seconds, headers = [], body }: LoadOptions,
): Promise<Load> {
  const { stdout } = await execute(
    "wrk",
    [
      ...["-t1", `-c${clients}`, `-d${Math.max(1, Math.round(seconds))}s`],
      ...["--latency", "--timeout", "20s"],
      ...headers.flatMap((header) => ["-H", header]),
      ...(body === undefined ? [] : ["-s", POST]),
      url,
    ],
    { env: { ...ENVIRONMENT, BODY: body } },
  );
  return parseWrk(stdout);
}

/** Reads what wrk prints. @throws where that is something else */
export function parseWrk(text: string): Load {
  const summary = /(\d+) requests in ([\d.]+)(us|ms|s|m),/.exec(text);
  if (summary === null) throw new Error(`Cannot read what wrk says:\n${text}`);
  const [, requests, time, unit] = summary;
  const socketErrors =
    /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/
      .exec(text)
      ?.slice(1)
      .map(Number) ?? [];
  const refused = /Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? 0;
  return {
    requests: Number(requests),
    seconds: milliseconds(time, unit) / 1_000,
    medianMs: percentile(text, 50),
    p99Ms: percentile(text, 99),
    errors: socketErrors.reduce((all, one) => all + one, Number(refused)),
  };
}

function percentile(text: string, percent: number): number {
  const match = new RegExp(`${percent}%\\s+([\\d.]+)(us|ms|s|m)`).exec(text);
  return milliseconds(match?.[1], match?.[2]);
}

function milliseconds(time = "0", unit = "ms"): number {
  return Math.round(Number(time) * (UNITS[unit] as number)) / 1e3;
}
