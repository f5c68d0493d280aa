// Contenders behind a web server, loaded by wrk.
import type { Contender } from "../contenders/index.ts";
import { Backend } from "../harness/backend.ts";
import type { Effort, Result, Sample, Side } from "../harness/contest.ts";
import { usageOf } from "../harness/proc.ts";
import type { Scenario } from "../harness/scenario.ts";
import { wrk } from "../harness/wrk.ts";
import {
  missingServer,
  type ServerName,
  servers,
  startServer,
} from "../servers/server.ts";
import { cannotDo, compare, workersFor } from "./compare.ts";
import type { Work } from "./work.ts";

export interface BehindOptions {
  readonly name: string;
  readonly title: string;
  readonly server: ServerName;
  readonly work: Work;
  readonly clients: number;
  /** The first one is what the others are compared with. */
  readonly contenders: readonly Contender[];
  /** Processes; 1 unless given. */
  readonly workers?: number;
  readonly notes?: readonly string[];
}

/** A scenario of one kind of request through one web server. */
export function behind(options: BehindOptions): Scenario {
  const { name, title } = options;
  return { name, title, run: (effort) => run(options, effort) };
}

function run(options: BehindOptions, effort: Effort): Promise<Result> {
  const { name, title, server, work, contenders, notes = [] } = options;
  const noServer = missingServer(server);
  return compare({
    name,
    title,
    contenders,
    effort,
    notes: [...notes, ...workerNotes(options)],
    obstacle: (contender) =>
      noServer === undefined
        ? cannotDo(contender, work)
        : `${noServer} is not installed`,
    start: (contender) => start(options, contender),
  });
}

function workerNotes(options: BehindOptions): string[] {
  const { contenders, clients, workers = 1 } = options;
  const names = contenders
    .filter(({ isPerConnection }) => isPerConnection)
    .map((one) => `${one.name}: ${workersFor(one, clients, workers)}`);
  if (names.length === 0) return [];
  return [
    `Processes of those which serve one connection at a time: ${names.join("; ")}; of the others: ${workers}`,
  ];
}

async function start(
  { server, work, clients, workers = 1 }: BehindOptions,
  contender: Contender,
): Promise<Side> {
  const mount = servers[server].mount.replace(/^\/$/, "");
  const processes = workersFor(contender, clients, workers);
  const backend = await Backend.start(contender, mount, processes);
  const { sockets } = backend;
  const { program, url } = await startServer(
    server,
    "kept",
    contender,
    sockets,
  );
  const address = url + work.path;
  const headers = (work.headers ?? []).map((pair) => pair.join(": "));
  return {
    name: contender.name,
    check: () => check(contender.name, address, work),
    async measure(seconds): Promise<Sample> {
      const [before, ahead] = [backend.usage, usageOf(program.pid)];
      const { body } = work;
      const load = await wrk(address, { clients, seconds, headers, body });
      const [after, behind] = [backend.usage, usageOf(program.pid)];
      const micros = (from: number, to: number) =>
        ((to - from) * 1e6) / load.requests;
      return {
        "requests/s": load.requests / load.seconds,
        "CPU µs/request": micros(before.cpuSeconds, after.cpuSeconds),
        "web server's CPU µs": micros(ahead.cpuSeconds, behind.cpuSeconds),
        "p50 ms": load.medianMs,
        "p99 ms": load.p99Ms,
        "peak MiB": after.peakBytes / 2 ** 20,
        errors: load.errors,
      };
    },
    async stop() {
      await program.stop();
      await backend.stop();
    },
  };
}

/** @throws where the answer is not the one that everybody gives */
async function check(name: string, url: string, work: Work): Promise<void> {
  const { headers = [], body } = work;
  const response = await fetch(url, {
    headers: [
      ...headers.map(([header, value]): [string, string] => [header, value]),
      ["Content-Type", "application/json"],
    ],
    ...(body === undefined ? {} : { method: "POST", body }),
  });
  const answer = Buffer.from(await response.arrayBuffer());
  if (response.status !== 200 || !work.isRight(answer)) {
    throw new Error(
      `${name} answers ${response.status} to ${url}: ${answer.toString("latin1", 0, 200)}`,
    );
  }
}
