// Whole processes: one request, from the start of the program to its end.
import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import {
  type CgiProgram,
  nodePrograms,
  otherPrograms,
} from "../contenders/cgi.ts";
import { missing } from "../contenders/index.ts";
import type { Effort, Missing, Result, Sample } from "../harness/contest.ts";
import { processor } from "../harness/machine.ts";
import { ENVIRONMENT, find } from "../harness/program.ts";
import type { Scenario } from "../harness/scenario.ts";
import { shuffled } from "../harness/statistics.ts";

const RUNNER = join(import.meta.dirname, "../load/starts.py");

/** What Apache puts into the environment of a CGI program, in short. */
const REQUEST: Readonly<Record<string, string>> = {
  GATEWAY_INTERFACE: "CGI/1.1",
  SERVER_PROTOCOL: "HTTP/1.1",
  SERVER_SOFTWARE: "Apache/2.4",
  SERVER_NAME: "www.example.com",
  SERVER_PORT: "80",
  SERVER_ADDR: "127.0.0.1",
  REMOTE_ADDR: "127.0.0.1",
  REQUEST_METHOD: "GET",
  REQUEST_SCHEME: "http",
  REQUEST_URI: "/app/hello",
  SCRIPT_NAME: "/app",
  PATH_INFO: "/hello",
  QUERY_STRING: "",
  HTTP_HOST: "www.example.com",
  HTTP_USER_AGENT: "bench",
  HTTP_ACCEPT: "*/*",
};

/** What starts.py tells of one start. */
export interface Start {
  readonly ms: number;
  readonly cpuMs: number;
  readonly peakKib: number;
  readonly status: number;
  readonly output: string;
}

/** One scenario a line of Node: those named with --node, besides the one that runs the bench. */
export function cgiScenarios(nodes: readonly string[]): Scenario[] {
  const all = [process.execPath, ...nodes].map((node) => ({
    node,
    version: versionOf(node),
  }));
  return all.map(({ node, version }, index) => ({
    name: `cgi-start-${version.split(".")[0]}`,
    title: `CGI: a whole process that says hello, Node ${version}`,
    run: (effort) =>
      run(node, version, index === 0 ? otherPrograms : [], effort),
  }));
}

function versionOf(node: string): string {
  return execFileSync(node, ["-p", "process.versions.node"], {
    encoding: "utf8",
    env: ENVIRONMENT,
  }).trim();
}

async function run(
  node: string,
  version: string,
  others: readonly CgiProgram[],
  { starts, rounds }: Effort,
): Promise<Result> {
  const python = find("python3");
  if (python === undefined) throw new Error("python3 is not installed");
  const programs = [...nodePrograms(node), ...others];
  const absent: Missing[] = programs.flatMap((program) => {
    const need = missing(program);
    return need === undefined
      ? []
      : [{ name: program.name, reason: `${need} is not there` }];
  });
  const present = programs.filter((program) => missing(program) === undefined);
  const samples = new Map<CgiProgram, Sample[]>();
  // The first round warms up the disk's cache and shows whether all say hello.
  for (let round = 0; round <= starts; round++) {
    const order = shuffled(present);
    const results = await startAll(python, order);
    for (const [index, program] of order.entries()) {
      const { ms, cpuMs, peakKib } = checked(program, results[index]);
      const earlier = samples.get(program) ?? [];
      const sample = { ms, "CPU ms": cpuMs, "peak MiB": peakKib / 1024 };
      samples.set(program, round === 0 ? [] : [...earlier, sample]);
    }
  }
  const line = version.split(".")[0];
  return {
    scenario: `cgi-start-${line}`,
    title: `CGI: a whole process that says hello, Node ${version}`,
    base: programs[0]?.name ?? "",
    date: new Date().toISOString(),
    processor: processor(),
    rounds: starts === 0 ? rounds : starts,
    sides: present.map((program) => ({
      name: program.name,
      samples: samples.get(program) ?? [],
    })),
    missing: absent,
    notes: [
      "--hash-seed=2 for every Node program; stdin is empty, stdout a pipe; peak memory is not below that of the Python program which starts them, 10 MiB",
    ],
  };
}

/** Starts programs one after another, each for the same request. */
export async function startAll(
  python: string,
  programs: readonly Pick<CgiProgram, "argv" | "env">[],
): Promise<readonly Start[]> {
  const child = spawn(python, ["-I", RUNNER], {
    env: ENVIRONMENT,
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(
    JSON.stringify(
      programs.map((program) => ({
        argv: program.argv(),
        env: { ...ENVIRONMENT, ...REQUEST, ...program.env },
      })),
    ),
  );
  const lines = (await text(child.stdout)).trim().split("\n");
  return lines.map((line) => JSON.parse(line));
}

/** @throws where a program did not say hello */
function checked(program: CgiProgram, start: Start | undefined): Start {
  const wanted = program.isEmpty ? "" : "Hello, world!\n";
  if (start?.status === 0 && start.output.endsWith(wanted)) return start;
  throw new Error(
    `${program.name} ended with ${start?.status} and said ${start?.output}`,
  );
}
