// Without a web server: what FastCGI itself costs, and idle connections.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import {
  type Contender,
  everybody,
  nodeHttp,
  tsgi,
} from "../contenders/index.ts";
import { Backend } from "../harness/backend.ts";
import type { Effort, Result, Sample, Side } from "../harness/contest.ts";
import { ENVIRONMENT } from "../harness/program.ts";
import type { Scenario } from "../harness/scenario.ts";
import type { Load } from "../harness/wrk.ts";
import type { DirectOptions } from "../load/direct.ts";
import type { IdleOptions } from "../load/idle.ts";
import { compare, workersFor } from "./compare.ts";
import { hello } from "./work.ts";

const execute = promisify(execFile);
const LOAD = join(import.meta.dirname, "../load");
const MIB = 2 ** 20;

export const scenarios: readonly Scenario[] = [
  ...[32, 1].map((clients) =>
    direct(
      `direct-hello-${clients}`,
      `Hello over a Unix socket, kept connections, ${clients} ${clients === 1 ? "client" : "clients"}`,
      clients,
      true,
    ),
  ),
  direct(
    "direct-connections-32",
    "Hello over a Unix socket, a connection per request, 32 clients",
    32,
    false,
  ),
  {
    name: "direct-idle",
    title: "Idle kept connections, a request answered on each: memory of each",
    run: (effort) => runIdle(effort),
  },
];

function direct(
  name: string,
  title: string,
  clients: number,
  kept: boolean,
): Scenario {
  const side = async (contender: Contender): Promise<Side> => {
    const workers = workersFor(contender, kept ? clients : 4, 1);
    const backend = await Backend.start(contender, "", workers);
    const { socket } = backend;
    const { protocol } = contender;
    const options = { protocol, path: hello.path, kept, socket, clients };
    return {
      name: contender.name,
      check: async () => {},
      measure: (seconds) => measure(backend, { ...options, seconds }),
      stop: () => backend.stop(),
    };
  };
  const run = (effort: Effort): Promise<Result> =>
    compare({
      name,
      title,
      contenders: everybody.filter(({ params }) => params === undefined),
      effort,
      start: side,
      notes: [
        "The load comes from bench/load/direct.ts; where it is busy all the time (near 1) it is the bottleneck, and the CPU per request is what counts",
        "Who closes a connection that was to be kept, as node-fastcgi and uWSGI do, gets an error for each",
      ],
    });
  return { name, title, run };
}

async function measure(
  backend: Backend,
  options: DirectOptions,
): Promise<Sample> {
  const before = backend.usage;
  const { stdout } = await execute(
    process.execPath,
    program("direct", options),
    {
      env: ENVIRONMENT,
    },
  );
  const load: Load = JSON.parse(stdout);
  const after = backend.usage;
  return {
    "requests/s": load.requests / load.seconds,
    "CPU µs/request":
      ((after.cpuSeconds - before.cpuSeconds) * 1e6) / load.requests,
    "p50 ms": load.medianMs,
    "p99 ms": load.p99Ms,
    "peak MiB": after.peakBytes / MIB,
    errors: load.errors,
    "generator busy": load.busy ?? 0,
  };
}

async function runIdle(effort: Effort): Promise<Result> {
  const connections = effort.idleConnections;
  return compare({
    name: "direct-idle",
    title: `${connections} idle kept connections, a request answered on each: memory of each`,
    contenders: [nodeHttp, tsgi],
    // Each round begins with a new process; there is nothing to warm up.
    effort: { ...effort, rounds: Math.min(effort.rounds, 3), warmupSeconds: 0 },
    start: async (contender) => ({
      name: contender.name,
      check: async () => {},
      measure: () => measureIdle(contender, connections),
      stop: async () => {},
    }),
    notes: ["Resident memory after a garbage collection, before and after"],
  });
}

async function measureIdle(
  contender: Contender,
  connections: number,
): Promise<Sample> {
  const backend = await Backend.start(contender, "");
  let holder: ChildProcess | undefined;
  try {
    const { socket } = backend;
    const { protocol } = contender;
    const options = { protocol, path: hello.path, kept: true, socket };
    // The first connections bring what all of them share.
    const first = await hold({ ...options, connections: 100 });
    const before = await settledBytes(backend);
    holder = await hold({ ...options, connections });
    const after = await settledBytes(backend);
    first.stdin?.end();
    return {
      "KiB/connection": (after - before) / connections / 1_024,
      "peak MiB": backend.usage.peakBytes / MIB,
    };
  } finally {
    holder?.stdin?.end();
    await backend.stop();
  }
}

async function hold(options: IdleOptions): Promise<ChildProcess> {
  const child = spawn(process.execPath, program("idle", options), {
    env: ENVIRONMENT,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const opened = once(child.stdout, "data").then(() => true);
  const ended = once(child, "exit").then(() => false);
  if (!(await Promise.race([opened, ended]))) {
    throw new Error("The connections could not be kept");
  }
  return child;
}

/** Node collects its garbage when it is told to, and returns memory somewhat later. */
async function settledBytes(backend: Backend): Promise<number> {
  for (let times = 0; times < 2; times++) {
    backend.collectGarbage();
    await delay(250);
  }
  return backend.usage.residentBytes;
}

function program(
  name: string,
  options: DirectOptions | IdleOptions,
): readonly string[] {
  const file = join(LOAD, `${name}.ts`);
  return ["--import", "tsx", file, JSON.stringify(options)];
}
