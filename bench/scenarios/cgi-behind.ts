// CGI programs behind web servers, which start one for each request.
import {
  type CgiProgram,
  nodePrograms,
  otherPrograms,
} from "../contenders/cgi.ts";
import type { Effort, Result, Sample, Side } from "../harness/contest.ts";
import { usageOf } from "../harness/proc.ts";
import type { Scenario } from "../harness/scenario.ts";
import { wrk } from "../harness/wrk.ts";
import { missingServer, startCgiServer } from "../servers/server.ts";
import { compare } from "./compare.ts";

type Server = "apache" | "lighttpd";

const CLIENTS = 8;

export const scenarios: readonly Scenario[] = (
  ["apache", "lighttpd"] as const
).map((server) => ({
  name: `${server}-cgi-${CLIENTS}`,
  title: `CGI hello behind ${server === "apache" ? "Apache (mod_cgid)" : "lighttpd"}, ${CLIENTS} clients`,
  run: (effort) => run(server, effort),
}));

function run(server: Server, effort: Effort): Promise<Result> {
  const [, ...ours] = nodePrograms(process.execPath);
  const noServer = missingServer(server);
  return compare({
    name: `${server}-cgi-${CLIENTS}`,
    title: `CGI hello behind ${server}, ${CLIENTS} clients`,
    contenders: [...ours, ...otherPrograms],
    effort: { ...effort, rounds: Math.min(effort.rounds, 5) },
    notes: [
      "CPU per request is that of the web server and of all the programs it has started",
    ],
    obstacle: () =>
      noServer === undefined ? undefined : `${noServer} is not installed`,
    start: (program) => start(server, program),
  });
}

async function start(server: Server, program: CgiProgram): Promise<Side> {
  const { program: process, url } = await startCgiServer(
    server,
    scriptOf(program),
  );
  const address = `${url}/hello`;
  return {
    name: program.name,
    async check() {
      const response = await fetch(address);
      const text = await response.text();
      if (response.status === 200 && text === "Hello, world!\n") return;
      throw new Error(
        `${program.name} answers ${response.status}: ${text.slice(0, 200)}`,
      );
    },
    async measure(seconds): Promise<Sample> {
      const before = usageOf(process.pid).cpuSeconds;
      const load = await wrk(address, { clients: CLIENTS, seconds });
      const after = usageOf(process.pid).cpuSeconds;
      return {
        "requests/s": load.requests / load.seconds,
        "CPU µs/request": ((after - before) * 1e6) / load.requests,
        "p50 ms": load.medianMs,
        "p99 ms": load.p99Ms,
        errors: load.errors,
      };
    },
    stop: () => process.stop(),
  };
}

/** As apache/app.cgi: a shell that becomes the program. */
function scriptOf(program: CgiProgram): string {
  const variables = Object.entries(program.env ?? {}).map(
    ([name, value]) => `${name}='${value}'; export ${name}\n`,
  );
  const words = program.argv().map((word) => `'${word}'`);
  return `#!/bin/sh\n${variables.join("")}exec ${words.join(" ")}\n`;
}
