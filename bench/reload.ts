// What reloads under constant load cost: counts the requests that fail, behind nginx and Apache, and the same
// with php-fpm. `npm run bench:reload`, or with a number of reloads behind `--`.
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Contender, missing, node } from "./contenders/contender.ts";
import { phpFpm } from "./contenders/others.ts";
import { CHECKOUT, freshFolder } from "./harness/folder.ts";
import { Program } from "./harness/program.ts";
import { wrk } from "./harness/wrk.ts";
import {
  missingServer,
  type ServerName,
  type SetupName,
  startServer,
} from "./servers/server.ts";

const CLIENTS = 32;
const WORKERS = 2;
/** Milliseconds between two reloads. */
const PAUSE = 1_000;

const tsgi: Contender = {
  name: "tsgi-fcgi",
  protocol: "fastcgi",
  needs: [],
  hasPool: true,
  command: ({ socket, mount, workers }) =>
    node(
      join(CHECKOUT, "bin/tsgi-fcgi"),
      ...["--socket", socket, "--socket-mode", "666", "--mount", mount],
      ...["--workers", String(workers), "--log-level", "error"],
      join(CHECKOUT, "examples/hello.js"),
    ),
};

const SIDES: readonly [contender: Contender, reload: NodeJS.Signals][] = [
  [tsgi, "SIGHUP"],
  [phpFpm, "SIGUSR2"],
];

const BEHIND: readonly [name: string, server: ServerName, setup: SetupName][] =
  [
    ["nginx, kept connections", "nginx", "kept"],
    ["Apache, kept connections (enablereuse)", "apache", "kept"],
    ["Apache, a connection for each request", "apache", "fresh"],
  ];

const reloads = Number(process.argv[2] ?? 20);
console.log(
  `${reloads} reloads, one each ${PAUSE} ms, ${CLIENTS} clients of wrk, ${WORKERS} workers, Node ${process.version}\n`,
);
console.log("| behind | server | requests | failed | p99 ms |");
console.log("| --- | --- | ---: | ---: | ---: |");
for (const [name, server, setup] of BEHIND) {
  for (const [contender, signal] of SIDES) {
    const absent = missing(contender) ?? missingServer(server);
    if (absent !== undefined) {
      console.log(`| ${name} | ${contender.name} | missing: ${absent} | | |`);
      continue;
    }
    const { requests, errors, p99Ms } = await measure(
      contender,
      signal,
      server,
      setup,
    );
    console.log(
      `| ${name} | ${contender.name} | ${requests} | ${errors} | ${p99Ms} |`,
    );
  }
}

async function measure(
  contender: Contender,
  signal: NodeJS.Signals,
  server: ServerName,
  setup: SetupName,
): ReturnType<typeof wrk> {
  const folder = freshFolder("reload");
  const socket = join(folder, "s");
  const workers = contender.isPerConnection ? CLIENTS : WORKERS;
  const place = { socket, folder, mount: "/app", workers };
  const program = new Program(contender.command(place));
  await program.accepts({ path: socket });
  const front = await startServer(server, setup, contender, [socket]);
  try {
    const seconds = ((reloads + 2) * PAUSE) / 1_000;
    const load = wrk(`${front.url}/`, { clients: CLIENTS, seconds });
    for (let count = 0; count < reloads; count++) {
      await delay(PAUSE);
      process.kill(program.pid, signal);
    }
    return await load;
  } finally {
    await front.program.stop();
    await program.stop();
  }
}
