// Contenders behind a web server, loaded by wrk.
import { type Contender, missing } from "../contenders/index.ts";
import { Backend } from "../harness/backend.ts";
import {
  contest,
  type Effort,
  type Missing,
  type Result,
  type Sample,
  type Side,
} from "../harness/contest.ts";
import { usageOf } from "../harness/proc.ts";
import type { Scenario } from "../harness/scenario.ts";
import { wrk } from "../harness/wrk.ts";
import {
  missingServer,
  type ServerName,
  servers,
  startServer,
} from "../servers/server.ts";
import type { Work } from "./work.ts";

export interface BehindOptions {
  readonly name: string;
  readonly title: string;
  readonly server: ServerName;
  readonly work: Work;
  readonly clients: number;
  /** The first one is what the others are compared with. */
  readonly contenders: readonly Contender[];
  readonly workers?: number;
  readonly notes?: readonly string[];
}

/** A scenario of one kind of request through one web server. */
export function behind(options: BehindOptions): Scenario {
  const { name, title } = options;
  return { name, title, run: (effort) => run(options, effort) };
}

async function run(options: BehindOptions, effort: Effort): Promise<Result> {
  const { name, title, server, work, contenders, notes = [] } = options;
  const absent: Missing[] = [];
  const sides: Side[] = [];
  const noServer = missingServer(server);
  for (const contender of contenders) {
    const reason = noServer ?? reasonAgainst(contender, work);
    if (reason !== undefined) {
      absent.push({ name: contender.name, reason });
      continue;
    }
    try {
      const side = await start(options, contender);
      sides.push(side);
    } catch (error) {
      absent.push({ name: contender.name, reason: (error as Error).message });
    }
  }
  return {
    scenario: name,
    title,
    base: contenders[0]?.name ?? "",
    date: new Date().toISOString(),
    rounds: effort.rounds,
    sides: await contest(sides, effort),
    missing: absent,
    notes,
  };
}

/** Why a contender cannot do the work here. */
export function reasonAgainst(
  contender: Contender,
  { path }: Pick<Work, "path">,
): string | undefined {
  const need = missing(contender);
  if (need !== undefined) return `${need} is not there`;
  const [route = ""] = path.split("?");
  return contender.lacks?.includes(route)
    ? `its program does not do ${route}`
    : undefined;
}

async function start(
  { server, work, clients, workers = 1 }: BehindOptions,
  contender: Contender,
): Promise<Side> {
  const mount = servers[server].mount.replace(/^\/$/, "");
  const backend = await Backend.start(contender, mount, workers);
  const { program, url } = await startServer(
    server,
    "kept",
    contender,
    backend.sockets,
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
  const response = await fetch(url, {
    headers: work.headers?.map(([header, value]) => [header, value]) ?? [],
    ...(work.body === undefined
      ? {}
      : {
          method: "POST",
          body: work.body,
          headers: { "Content-Type": "application/json" },
        }),
  });
  const body = Buffer.from(await response.arrayBuffer());
  if (response.status !== 200 || !work.isRight(body)) {
    throw new Error(
      `${name} answers ${response.status} to ${url}: ${body.toString("latin1", 0, 200)}`,
    );
  }
}
