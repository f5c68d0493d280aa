// Measures the start of an application: outside, by whole processes in turn; and inside, by module.
import { chownSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { definedPairs } from "../../client/variables.ts";
import { privateFolder } from "../private-folder.ts";
import { cutsOf } from "./cold-cuts.ts";
import { median, packagesOf, partsOf } from "./cold-parts.ts";
import type { ColdReport } from "./cold-report.ts";
import { type Identity, plain, served, timed, watched } from "./cold-start.ts";
import { httpRequest } from "./http-request.ts";

/** Watched starts: their figures only divide up what the others have measured. */
const WATCHED = 3;
/** Variables that change every start of Node, and that shells often have. */
const COSTLY = ["NODE_EXTRA_CA_CERTS", "NODE_OPTIONS"];
const DIST = fileURLToPath(new URL("../..", import.meta.url));

const HELLO = `module.exports = (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return "hello";
};
`;

/** How to measure. */
export interface ColdOptions {
  readonly starts: number;
  readonly signal: AbortSignal;
  /** Whom root starts it as. */
  readonly identity?: Identity | undefined;
  /** Told after each start how many of how many are over. */
  readonly onProgress: (done: number, all: number) => void;
}

/** Starts `application` and what it is compared with. @throws {StatusError} where a start fails */
export async function measureCold(
  application: string,
  { starts, signal, identity, onProgress }: ColdOptions,
): Promise<ColdReport> {
  const folder = privateFolder();
  if (identity) chownSync(folder, identity.uid, identity.gid);
  const request = await variablesOfRequest(signal);
  const empty = written(folder, "empty.cjs", "");
  const hello = written(folder, "hello.cjs", HELLO);
  const env = { ...tsgiOptions(), ...request };
  const app = { ...served(application, application, env), identity };
  const inherited = COSTLY.filter((name) => process.env[name]);
  const sides = [
    app,
    plain("Node", empty),
    served("TSGI", hello, request),
    ...inherited.map((name) =>
      plain(`Node with ${name}`, empty, { [name]: `${process.env[name]}` }),
    ),
  ].map((side) => ({ ...side, identity }));
  const all = (starts + 1) * sides.length + WATCHED;
  let over = 0;
  const times = sides.map((): number[] => []);
  // In turn, so that what disturbs the machine disturbs all; the first of each warms up.
  for (let round = 0; round <= starts; round++) {
    for (const [index, side] of sides.entries()) {
      const ms = await timed(side, signal);
      if (round > 0) times[index]?.push(ms);
      onProgress(++over, all);
    }
  }
  const records = [];
  for (let start = 0; start < WATCHED; start++) {
    records.push(await watched(app, folder, signal));
    onProgress(++over, all);
  }
  const [own = [], base = [], greeted = [], ...changed] = times;
  const ms = partsOf(base, greeted, own);
  const packages = packagesOf(records);
  const variables = inherited.map((name, index) => ({
    name,
    ms: median(changed[index] ?? []) - ms.node,
  }));
  const uncompiled = isCompiled() ? undefined : DIST;
  return {
    application,
    node: process.versions.node,
    starts,
    ms,
    packages,
    cuts: cutsOf({ parts: ms, packages, variables, uncompiled }),
  };
}

/** Those of `GET /`. */
async function variablesOfRequest(
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const line = { application: undefined, method: "GET", target: "/" };
  const { variables } = await httpRequest(line, {}, signal);
  return Object.fromEntries(definedPairs(variables));
}

/** What tsgi-cgi reads of our environment. */
function tsgiOptions(): Record<string, string> {
  const options = Object.entries(process.env).filter(
    (pair): pair is [string, string] => pair[0].startsWith("TSGI_"),
  );
  return Object.fromEntries(options);
}

function written(folder: string, name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** Whether bin/tsgi-cgi has left compiled code by now. */
function isCompiled(): boolean {
  return readdirSync(DIST).some((name) => name.endsWith(".cache"));
}
