// An application that leaks a MiB with every request, held by --max-memory: counts the requests that fail behind
// nginx with kept connections, and the memory of every worker. `npm run bench:leak`, or with a number of requests
// behind `--`.
import { join } from "node:path";
import { type Contender, node } from "./contenders/contender.ts";
import { CHECKOUT, freshFolder, write } from "./harness/folder.ts";
import { LEAKING, WorkerPeaks } from "./harness/leaking.ts";
import { Program } from "./harness/program.ts";
import { wrk } from "./harness/wrk.ts";
import { startServer } from "./servers/server.ts";

const CLIENTS = 8;
const WORKERS = 2;
const LIMIT_MIB = 150;
const MIB = 1_048_576;
/** Seconds of load between two looks at the count. */
const ROUND = 20;

const wanted = Number(process.argv[2] ?? 100_000);
const folder = freshFolder("leak");
const app = write(folder, "app.mjs", LEAKING);
const tsgi: Contender = {
  name: "tsgi-fcgi",
  protocol: "fastcgi",
  needs: [],
  hasPool: true,
  command: ({ socket, mount, workers }) =>
    node(
      join(CHECKOUT, "bin/tsgi-fcgi"),
      ...["--socket", socket, "--socket-mode", "666", "--mount", mount],
      ...["--workers", String(workers), "--max-memory", `${LIMIT_MIB}m`],
      ...["--log-level", "error", "--allow-root", app],
    ),
};

const socket = join(folder, "s");
const place = { socket, folder, mount: "/app", workers: WORKERS };
const program = new Program(tsgi.command(place));
await program.accepts({ path: socket });
const front = await startServer("nginx", "kept", tsgi, [socket]);
const peaks = new WorkerPeaks(program.pid);
let requests = 0;
let errors = 0;
let slowestMs = 0;
try {
  while (requests < wanted) {
    const load = { clients: CLIENTS, seconds: ROUND };
    const round = await wrk(`${front.url}/`, load);
    requests += round.requests;
    errors += round.errors;
    slowestMs = Math.max(slowestMs, round.p99Ms);
    console.error(`${requests} of ${wanted}, ${errors} failed`);
  }
} finally {
  await front.program.stop();
  await program.stop();
}
const all = peaks.stop();
const most = Math.max(...all) / MIB;
console.log(
  `${WORKERS} workers with --max-memory ${LIMIT_MIB}m, ${CLIENTS} clients of wrk behind nginx, Node ${process.version}\n`,
);
console.log("| requests | failed | workers | largest, MiB | p99 ms |");
console.log("| ---: | ---: | ---: | ---: | ---: |");
console.log(
  `| ${requests} | ${errors} | ${all.length} | ${most.toFixed(0)} | ${slowestMs.toFixed(0)} |`,
);
