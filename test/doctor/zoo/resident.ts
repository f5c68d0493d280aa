import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { CGI_VARIABLES } from "../../cli/command.ts";
import { seen } from "../../resident/site.ts";
import type { Case } from "./case.ts";
import { type Habitat, HELLO } from "./habitat.ts";

/** Where the relay has its directory. */
export const baseOf = ({ sandbox }: Habitat): string => join(sandbox.root, "r");

/** A request, as Apache makes it; what stays is ended with the habitat. */
function visit(habitat: Habitat): void {
  const { file, sandbox } = habitat;
  const { account } = sandbox;
  spawnSync(file, [], {
    cwd: sandbox.app,
    env: { ...CGI_VARIABLES, ...sandbox.env },
    ...(account && { uid: account.uid, gid: account.gid }),
  });
  habitat.closers.push(() => {
    for (const pid of pidsIn(habitat)) end(pid, "SIGKILL");
  });
}

/** The directory which the relay has made. */
function directoryOf(habitat: Habitat): string {
  const [name = "none"] = readdirSync(baseOf(habitat));
  return join(baseOf(habitat), name);
}

function logOf(habitat: Habitat): string {
  const log = join(directoryOf(habitat), "log");
  return existsSync(log) ? readFileSync(log, "utf8") : "";
}

function pidsIn(habitat: Habitat): number[] {
  const [, pid] = /tsgi-resident\[(\d+)\]/.exec(logOf(habitat)) ?? [];
  return pid === undefined ? [] : [Number(pid)];
}

function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}

/** Has a process stay. */
export async function settle(habitat: Habitat): Promise<void> {
  visit(habitat);
  const directory = directoryOf(habitat);
  await seen(directory, () => existsSync(join(directory, "s")));
  await seen(directory, () => logOf(habitat).includes("listening"));
}

function kill(habitat: Habitat): void {
  for (const pid of pidsIn(habitat)) end(pid, "SIGKILL");
  untilVacant(habitat);
}

/** Waits for the lock, which is held until the end of the process. */
function untilVacant(habitat: Habitat): void {
  const wait = 'open L, "<", $ARGV[0] or die; flock L, 1';
  const lock = join(directoryOf(habitat), "lock");
  execFileSync("perl", ["-e", wait, lock], { timeout: 10_000 });
}

/** Makes an application that does not load to stay, and lets it try. */
const failing = (source: string, said: RegExp) => async (habitat: Habitat) => {
  habitat.write("app.js", source);
  visit(habitat);
  const directory = directoryOf(habitat);
  await seen(directory, () => said.test(logOf(habitat)));
  untilVacant(habitat);
};

const ONLY_ONCE = `if (!process.env.REQUEST_METHOD) throw new Error("no database");\n${HELLO}`;
const BLOCKED = `${HELLO}\nif (!process.env.REQUEST_METHOD) setTimeout(() => { for (;;); }, 1000);\n`;

export const residentCases: readonly Case[] = [
  {
    name: "the web server's machine has no perl",
    home: "relay",
    code: "INTERPRETER_MISSING",
    act: (habitat) =>
      habitat.edit(habitat.file, "#!/usr/bin/perl", "#!/nonexistent/perl"),
  },
  {
    name: "TSGI was installed somewhere else",
    home: "relay",
    code: "COMMAND_MISSING",
    act: (habitat) =>
      habitat.edit(habitat.file, "/tsgi/bin/tsgi-cgi", "/tgsi/bin/tsgi-cgi"),
  },
  {
    name: "the application was moved",
    home: "relay",
    code: "APPLICATION_MISSING",
    act: ({ sandbox }) =>
      renameSync(join(sandbox.app, "app.js"), join(sandbox.app, "b.js")),
  },
  {
    name: "a package of the application is missing",
    home: "relay",
    code: "PACKAGES_MISSING",
    act: (habitat) =>
      habitat.write("app.js", `import "nonexistent";\n${HELLO}`),
  },
  {
    name: "the application throws, staying or not",
    home: "relay",
    code: "RUN_ERROR",
    act: failing('throw new Error("no database");', /no database/),
  },
  {
    name: "others may exchange what is in the base",
    home: "relay",
    code: "RESIDENT_DIRECTORY",
    act: (habitat) => chmodSync(baseOf(habitat), 0o777),
  },
  {
    name: "the same, of a built file",
    home: "built-relay",
    code: "RESIDENT_DIRECTORY",
    act: (habitat) => chmodSync(baseOf(habitat), 0o777),
  },
  {
    name: "there is no base",
    home: "relay",
    code: "RESIDENT_DIRECTORY",
    act: (habitat) => rmSync(baseOf(habitat), { recursive: true }),
  },
  {
    name: "the base is root's alone",
    home: "relay",
    code: "RESIDENT_DIRECTORY",
    act: (habitat) => chmodSync(baseOf(habitat), 0o755),
    asRoot: true,
  },
  {
    name: "the directory was opened to others",
    home: "relay",
    code: "RESIDENT_DIRECTORY",
    act: async (habitat) => {
      await settle(habitat);
      chmodSync(directoryOf(habitat), 0o755);
    },
  },
  {
    name: "somebody else has made the directory",
    home: "relay",
    code: "RESIDENT_DIRECTORY",
    act: async (habitat) => {
      await settle(habitat);
      kill(habitat);
      const directory = directoryOf(habitat);
      rmSync(directory, { recursive: true });
      mkdirSync(directory, { mode: 0o700 });
    },
    asRoot: true,
  },
  {
    name: "the application loads once, and not to stay",
    home: "relay",
    code: "RESIDENT_FAILING",
    act: failing(ONLY_ONCE, /no database/),
  },
  {
    name: "the host has killed the process",
    home: "relay",
    code: "RESIDENT_KILLED",
    act: async (habitat) => {
      await settle(habitat);
      kill(habitat);
    },
  },
  {
    name: "the host has killed the process of a built file",
    home: "built-relay",
    code: "RESIDENT_KILLED",
    act: async (habitat) => {
      await settle(habitat);
      kill(habitat);
    },
  },
  {
    name: "the event loop is blocked for ever",
    home: "relay",
    code: "RESIDENT_SILENT",
    act: async (habitat) => {
      habitat.write("app.js", BLOCKED);
      await settle(habitat);
      await delay(1200);
    },
  },
];
