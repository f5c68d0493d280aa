// What reloads under constant load cost: counts the requests that fail, by the client and by the web server's
// error log, behind nginx and Apache, and the same with php-fpm. `npm run bench:reload`, or with a number of
// reloads behind `--`.
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { type Contender, missing, node } from "./contenders/contender.ts";
import { phpFpm } from "./contenders/others.ts";
import { CHECKOUT, freshFolder } from "./harness/folder.ts";
import { Program } from "./harness/program.ts";
import { type Load, wrk } from "./harness/wrk.ts";
import {
  missingServer,
  type ServerName,
  type SetupName,
  startServer,
} from "./servers/server.ts";

const CLIENTS = 32;
const WORKERS = 2;
/** Milliseconds from the end of a reload, where that is told, to the next one. */
const PAUSE = 1_000;
const TSGI = join(CHECKOUT, "bin/tsgi");
const run = promisify(execFile);

const tsgi: Contender = {
  name: "tsgi-fcgi",
  protocol: "fastcgi",
  needs: [],
  hasPool: true,
  command: ({ socket, folder, mount, workers }) =>
    node(
      join(CHECKOUT, "bin/tsgi-fcgi"),
      ...["--socket", socket, "--socket-mode", "666", "--mount", mount],
      ...["--workers", String(workers), "--log-level", "error"],
      ...["--control", join(folder, "c")],
      join(CHECKOUT, "examples/hello.js"),
    ),
};

type Reload = (program: Program, folder: string) => Promise<unknown> | boolean;

const SIDES: readonly [contender: Contender, reload: Reload][] = [
  // Comes back when the new workers serve.
  [
    tsgi,
    (_, folder) => run(TSGI, ["ctl", "--control", join(folder, "c"), "reload"]),
  ],
  [phpFpm, ({ pid }) => process.kill(pid, "SIGUSR2")],
];

const BEHIND: readonly [name: string, server: ServerName, setup: SetupName][] =
  [
    ["nginx, kept connections", "nginx", "kept"],
    ["Apache, kept connections (enablereuse)", "apache", "kept"],
    ["Apache, a connection for each request", "apache", "fresh"],
  ];

const reloads = Number(process.argv[2] ?? 20);
console.log(
  `${reloads} reloads, ${PAUSE} ms between two, ${CLIENTS} clients of wrk, ${WORKERS} workers, Node ${process.version}\n`,
);
console.log(
  "| behind | server | reloads | requests | failed | errors in the log | p99 ms |",
);
console.log("| --- | --- | ---: | ---: | ---: | ---: | ---: |");
for (const [name, server, setup] of BEHIND) {
  for (const [contender, reload] of SIDES) {
    const absent = missing(contender) ?? missingServer(server);
    if (absent !== undefined) {
      console.log(
        `| ${name} | ${contender.name} | missing: ${absent} | | | | |`,
      );
      continue;
    }
    const { done, load, logged } = await measure(
      contender,
      reload,
      server,
      setup,
    );
    const { requests, errors, p99Ms } = load;
    console.log(
      `| ${name} | ${contender.name} | ${done} | ${requests} | ${errors} | ${logged} | ${p99Ms} |`,
    );
  }
}

interface Result {
  /** Reloads while there was load. */
  readonly done: number;
  readonly load: Load;
  /** Lines of the web server's log that tell of an error. */
  readonly logged: number;
}

async function measure(
  contender: Contender,
  reload: Reload,
  server: ServerName,
  setup: SetupName,
): Promise<Result> {
  const folder = freshFolder("reload");
  const socket = join(folder, "s");
  const workers = contender.isPerConnection ? CLIENTS : WORKERS;
  const place = { socket, folder, mount: "/app", workers };
  const program = new Program(contender.command(place));
  await program.accepts({ path: socket });
  const front = await startServer(server, setup, contender, [socket]);
  try {
    // A reload itself takes most of a second on a busy machine.
    const seconds = (reloads * 2.5 * PAUSE) / 1_000;
    let isLoaded = true;
    const loading = wrk(`${front.url}/`, { clients: CLIENTS, seconds });
    const ended = loading.finally(() => {
      isLoaded = false;
    });
    let done = 0;
    while (isLoaded && done < reloads) {
      await Promise.race([delay(PAUSE), ended]);
      await reload(program, folder);
      if (isLoaded) done++;
    }
    return { done, load: await loading, logged: errorsIn(front.log) };
  } finally {
    await front.program.stop();
    await program.stop();
  }
}

function errorsIn(log: string): number {
  if (!existsSync(log)) return 0;
  const lines = readFileSync(log, "utf8").split("\n");
  return lines.filter((line) => /\[(?:\w+:)?(?:error|crit|alert)\]/.test(line))
    .length;
}
