// Much more than fits into memory, in both directions, through nginx without its buffers.
import { execFile } from "node:child_process";
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Contender, nodeHttp, tsgi } from "../contenders/index.ts";
import { nodeFastcgi, tsgiOnNodeFastcgi } from "../contenders/node.ts";
import { Backend } from "../harness/backend.ts";
import type { Effort, Result, Sample, Side } from "../harness/contest.ts";
import { freshFolder } from "../harness/folder.ts";
import { ENVIRONMENT, find } from "../harness/program.ts";
import type { Scenario } from "../harness/scenario.ts";
import { missingServer, startServer } from "../servers/server.ts";
import { compare } from "./compare.ts";

const execute = promisify(execFile);
const MIB = 2 ** 20;

type Way = "down" | "up";

export const scenarios: readonly Scenario[] = (["down", "up"] as const).map(
  (way) => ({
    name: `nginx-stream-${way}`,
    title: `A stream ${way}, one client, through nginx without its buffers`,
    run: (effort) => run(way, effort),
  }),
);

function run(way: Way, effort: Effort): Promise<Result> {
  const { streamBytes, rounds } = effort;
  const noServer = missingServer("nginx");
  const size = `${streamBytes / 2 ** 30} GiB`;
  return compare({
    name: `nginx-stream-${way}`,
    title: `${size} ${way}, one client, through nginx without its buffers`,
    contenders: [nodeHttp, tsgi, tsgiOnNodeFastcgi, nodeFastcgi],
    // The first stream warms up.
    effort: { ...effort, rounds: Math.min(rounds, 5) },
    obstacle: (contender) => {
      if (noServer !== undefined) return `${noServer} is not installed`;
      if (find("curl") === undefined) return "curl is not installed";
      return way === "up" && contender === nodeFastcgi
        ? "it keeps what arrives in memory whole"
        : undefined;
    },
    start: (contender) => start(contender, way, streamBytes),
  });
}

async function start(
  contender: Contender,
  way: Way,
  length: number,
): Promise<Side> {
  const backend = await Backend.start(contender, "/app");
  const { program, url } = await startServer(
    "nginx",
    "streaming",
    contender,
    backend.sockets,
  );
  const args =
    way === "down"
      ? [`${url}/down?${length}`]
      : ["-H", "Expect:", "-T", holes(length), `${url}/up`];
  return {
    name: contender.name,
    check: async () => {},
    measure: () => measure(backend, args, length),
    async stop() {
      await program.stop();
      await backend.stop();
    },
  };
}

async function measure(
  backend: Backend,
  args: readonly string[],
  length: number,
): Promise<Sample> {
  backend.resetPeak();
  const before = backend.usage.cpuSeconds;
  const { stdout } = await execute(
    "curl",
    [
      ...["-s", "-o", "/dev/null", "-w"],
      "%{http_code} %{time_total} %{size_download} %{size_upload}",
      ...args,
    ],
    { env: ENVIRONMENT },
  );
  const after = backend.usage;
  const [status = 0, seconds = 0, ...sizes] = stdout.split(" ").map(Number);
  if (status !== 200 || !sizes.includes(length)) {
    throw new Error(`The stream of ${length} bytes ended with ${stdout}`);
  }
  return {
    "MiB/s": length / MIB / seconds,
    "CPU s/GiB": ((after.cpuSeconds - before) * 2 ** 30) / length,
    "peak MiB": after.peakBytes / MIB,
  };
}

/** A file that is long and takes no room. */
function holes(length: number): string {
  const path = join(freshFolder("upload"), "holes");
  writeFileSync(path, "");
  truncateSync(path, length);
  return path;
}
