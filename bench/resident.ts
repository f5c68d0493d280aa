// npm run bench:resident: resident CGI against the same program started once per request, directly and behind
// web servers. Interleaved; medians, and the median of the rounds' own ratios. Writes RESIDENT.md.
import { chmodSync, existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { residentScript } from "../src/resident/script.ts";
import { built, CONTENDERS } from "./contenders/contender.ts";
import { CHECKOUT, freshFolder, write } from "./harness/folder.ts";
import { describeMachine } from "./harness/machine.ts";
import { find } from "./harness/program.ts";
import { ratioOf, shuffled, spreadOf } from "./harness/statistics.ts";
import { wrk } from "./harness/wrk.ts";
import { startAll } from "./scenarios/cgi.ts";
import {
  type CgiServer,
  type CgiServerName,
  cgiServers,
  startCgiServer,
} from "./servers/server.ts";

const IS_QUICK = process.argv.includes("--quick");
const STARTS = IS_QUICK ? 10 : 60;
const ROUNDS = IS_QUICK ? 1 : 5;
const SECONDS = 3;
const CLIENTS = [1, 8] as const;

type Name = "hello" | "Express";
type Way = "one-shot" | "resident";
/** A program, in one of the two ways. */
interface Side {
  readonly name: Name;
  readonly way: Way;
}

const SIDES: readonly Side[] = (["hello", "Express"] as const).flatMap(
  (name) => [
    { name, way: "one-shot" },
    { name, way: "resident" },
  ],
);
const FILES: Readonly<Record<Name, string>> = {
  hello: join(CONTENDERS, "cgi/hello.cjs"),
  Express: join(CONTENDERS, "cgi/express.cjs"),
};
/** Times as fast as one-shot, at least: directly, and in requests a second behind a server. */
const TARGETS: Readonly<Record<Name, readonly [number, number]>> = {
  hello: [9, 5],
  Express: [30, 20],
};

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => process.exit(1));
}
const rows = [
  ...(await direct()),
  ...(await behindServers()),
  ...(await withoutResponder()),
];
const report = [
  "# Resident CGI",
  "",
  "How many times as fast as the same program started for each request: medians of the rounds' own ratios. The last two rows tell how many times as long a request takes that runs one-shot all the same. Made by `npm run bench:resident`.",
  "",
  "| | program | one-shot | resident | times | target |",
  "| --- | --- | ---: | ---: | ---: | ---: |",
  ...rows,
  "",
  ...describeMachine(),
  "",
].join("\n");
console.log(report);
if (!IS_QUICK) writeFileSync(join(CHECKOUT, "bench/RESIDENT.md"), report);

function scriptFor({ name, way }: Side): string {
  const once = [process.execPath, join(CHECKOUT, "bin/tsgi-cgi"), FILES[name]];
  if (way === "one-shot") {
    return `#!/bin/sh\nexec ${once.map((word) => `'${word}'`).join(" ")}\n`;
  }
  const main = built("cli/serving/resident-main.js");
  const idle = "--resident-idle=60s";
  return residentScript({
    once,
    stay: [process.execPath, main, idle, FILES[name]],
  });
}

/** Resolves when the responder of a relay listens. */
async function resident(file: string, uid: number): Promise<void> {
  const { dev, ino } = statSync(file);
  const socket = `/tmp/.tsgi-${uid}-${dev}-${ino}/s`;
  for (let tries = 0; !existsSync(socket); tries++) {
    if (tries > 500) throw new Error(`${socket} does not come`);
    await delay(20);
  }
}

/** Whole processes, without a web server. */
async function direct(): Promise<string[]> {
  const python = find("python3");
  if (python === undefined) throw new Error("python3 is not installed");
  const folder = freshFolder("resident");
  const programs = SIDES.map((side) => {
    const file = write(folder, `${side.name}-${side.way}`, scriptFor(side));
    chmodSync(file, 0o755);
    return { side, file, argv: () => [file], times: [] as number[] };
  });
  await startAll(python, programs);
  for (const { side, file } of programs) {
    if (side.way === "resident") await resident(file, process.getuid?.() ?? 0);
  }
  for (let round = 0; round < STARTS; round++) {
    const order = shuffled(programs);
    const starts = await startAll(python, order);
    for (const [index, { status, output, ms }] of starts.entries()) {
      if (status !== 0 || !output.endsWith("Hello, world!\n")) {
        throw new Error(`${order[index]?.file} said ${output}`);
      }
      order[index]?.times.push(ms);
    }
  }
  return pairs(programs).map(([once, stay]) => {
    const unit = (times: number[]) => `${spreadOf(times).median.toFixed(1)} ms`;
    const times = ratioOf(once.times, stay.times).median;
    const [target] = TARGETS[once.side.name];
    return `| a whole process, ${STARTS} starts | ${once.side.name} | ${unit(once.times)} | ${unit(stay.times)} | **${times.toFixed(1)}** | ${target} |`;
  });
}

/** Requests that run one-shot behind the relay: the first one, which also starts a responder, and those where none can be. */
async function withoutResponder(): Promise<string[]> {
  const python = find("python3") as string;
  const folder = freshFolder("cold");
  const text = (stay: readonly string[], base?: string): string =>
    residentScript({
      once: [process.execPath, join(CHECKOUT, "bin/tsgi-cgi"), FILES.hello],
      stay: [process.execPath, ...stay],
      base,
    });
  const program = (name: string, content: string) => {
    const file = write(folder, name, content);
    chmodSync(file, 0o755);
    return { argv: () => [file] };
  };
  const once = program("once", scriptFor({ name: "hello", way: "one-shot" }));
  const never = program("never", text(["-e", ""], "/proc"));
  const main = built("cli/serving/resident-main.js");
  const times: Record<"once" | "never" | "first", number[]> = {
    once: [],
    never: [],
    first: [],
  };
  for (let round = 0; round < STARTS; round++) {
    // Each has a name, and so a responder, of its own.
    const first = program(
      `first-${round}`,
      text([main, "--resident-idle=1s", FILES.hello]),
    );
    const sides = shuffled([
      { side: once, into: times.once },
      { side: never, into: times.never },
      { side: first, into: times.first },
    ]);
    for (const { side, into } of sides) {
      const [start] = await startAll(python, [side]);
      into.push(start?.ms ?? 0);
      // The responder of the first request must not disturb the next one.
      if (side === first) await delay(1_500);
    }
  }
  const row = (what: string, of: number[], target: number): string => {
    const ms = (all: number[]) => `${spreadOf(all).median.toFixed(1)} ms`;
    const ratio = ratioOf(of, times.once).median.toFixed(2);
    return `| ${what} | hello | ${ms(times.once)} | ${ms(of)} | ${ratio} as long | ≤ ${target.toFixed(2)} |`;
  };
  return [
    row("no responder is possible", times.never, 1.08),
    row("the first request, which starts it", times.first, 1.2),
  ];
}

interface Loaded {
  readonly side: Side;
  readonly server: CgiServer;
  readonly rates: number[];
  readonly medians: number[];
}

async function behindServers(): Promise<string[]> {
  const result: string[] = [];
  for (const name of Object.keys(cgiServers) as CgiServerName[]) {
    for (const clients of CLIENTS) {
      result.push(...(await behind(name, clients)));
    }
  }
  return result;
}

async function behind(name: CgiServerName, clients: number): Promise<string[]> {
  const sides: Loaded[] = [];
  try {
    for (const side of SIDES) {
      const server = await startCgiServer(name, scriptFor(side));
      sides.push({ side, server, rates: [], medians: [] });
      const text = await (await fetch(`${server.url}/`)).text();
      if (text !== "Hello, world!\n") throw new Error(`${name} says ${text}`);
      if (side.way === "resident") {
        await resident(server.file, process.getuid?.() === 0 ? 33 : 1000);
      }
    }
    for (let round = 0; round < ROUNDS; round++) {
      for (const { server, rates, medians } of shuffled(sides)) {
        const load = await wrk(`${server.url}/`, { clients, seconds: SECONDS });
        if (load.errors > 0) throw new Error(`${name}: ${load.errors} errors`);
        rates.push(load.requests / load.seconds);
        medians.push(load.medianMs);
      }
    }
  } finally {
    for (const { server } of sides) await server.program.stop();
  }
  return pairs(sides).map(([once, stay]) => {
    const cell = ({ rates, medians }: Loaded) =>
      `${spreadOf(rates).median.toFixed(0)}/s, ${spreadOf(medians).median.toFixed(1)} ms`;
    const times = ratioOf(stay.rates, once.rates).median;
    const [, target] = TARGETS[once.side.name];
    const where = {
      apache: "mod_cgid",
      "apache-prefork": "mod_cgi",
      lighttpd: "lighttpd",
    }[name];
    return `| ${where}, ${clients} ${clients === 1 ? "client" : "clients"} | ${once.side.name} | ${cell(once)} | ${cell(stay)} | **${times.toFixed(1)}** | ${target} |`;
  });
}

/** One-shot and resident of each program. */
function pairs<T extends { readonly side: Side }>(all: readonly T[]): [T, T][] {
  const of = (name: Name, way: Way) =>
    all.find(({ side }) => side.name === name && side.way === way) as T;
  return (["hello", "Express"] as const).map((name) => [
    of(name, "one-shot"),
    of(name, "resident"),
  ]);
}
