// Where the time of a file of tsgi build goes: starts of it, seen from outside and from inside.
import { spawn } from "node:child_process";
import { dirname } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { BuiltTimes } from "../loading/built-times.ts";
import { shown } from "./cold-cuts.ts";
import { median } from "./cold-parts.ts";
import type { Identity } from "./cold-start.ts";

const HOOK = fileURLToPath(new URL("../../built-times.cjs", import.meta.url));
const STARTS = 3;
/** Milliseconds, as for the trial run, which has ended. */
const PATIENCE = 30_000;
/** Of the process, to which the times are written. */
const DESCRIPTOR = 3;

/** How the web server starts it. */
export interface BuiltStart {
  readonly file: string;
  readonly path: string;
  /** Whom it runs as, where that is not us. */
  readonly identity: Identity | undefined;
  readonly signal: AbortSignal;
}

/** A line of a report, and what to do. @throws where a start tells nothing */
export async function explainBuilt(start: BuiltStart): Promise<string[]> {
  const starts: (BuiltTimes & { total: number })[] = [];
  for (let index = 0; index < STARTS; index++)
    starts.push(await watched(start));
  const of = (name: "total" | keyof BuiltTimes): number =>
    median(starts.map((each) => each[name]));
  const [total, node, application] = [
    of("total"),
    of("node"),
    of("application"),
  ];
  const rest = Math.max(0, total - node - application);
  return [
    `of ${shown(total)} ms (median of ${STARTS} starts) Node takes ${shown(node)} to start, the application ${shown(application)} to be evaluated; the request, TSGI and the shell ${shown(rest)}`,
    ...(application > total / 2
      ? [
          "which of its modules takes that is told of the source: tsgi bench --cold app.js",
        ]
      : []),
  ];
}

async function watched({
  file,
  path,
  identity,
  signal,
}: BuiltStart): Promise<BuiltTimes & { total: number }> {
  const since = performance.now();
  const child = spawn(file, {
    ...identity,
    cwd: dirname(file),
    env: {
      PATH: path,
      GATEWAY_INTERFACE: "CGI/1.1",
      REQUEST_METHOD: "GET",
      REQUEST_URI: "/",
      SCRIPT_NAME: "",
      SERVER_NAME: "localhost",
      SERVER_PORT: "80",
      SERVER_PROTOCOL: "HTTP/1.1",
      // No process is to stay because of us.
      TSGI_RESIDENT: "0",
      NODE_OPTIONS: `--require ${JSON.stringify(HOOK)}`,
      DOCTOR_TIMES: `${DESCRIPTOR}`,
    },
    stdio: ["ignore", "ignore", "ignore", "pipe"],
    signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]),
  });
  const said = text(child.stdio[DESCRIPTOR] as Readable);
  await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const total = performance.now() - since;
  return { ...(JSON.parse(await said) as BuiltTimes), total };
}
