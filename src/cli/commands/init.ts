import type { Command } from "commander";
import { suggestion } from "../../common/suggest.ts";
import type { Target } from "../../init/plan.ts";
import type { Site } from "../../init/site.ts";
import type { Surroundings } from "../../init/surroundings.ts";
import { createCommand } from "../command.ts";
import { EXIT, UsageError } from "../exit-codes.ts";
import { Interruption } from "../interruption.ts";
import { StatusError } from "../status-error.ts";
import type { InitFlags } from "./init-site.ts";

interface Flags extends InitFlags {
  readonly force?: true;
  readonly dryRun?: true;
  readonly verify?: true;
  readonly resident?: true;
}

/** Of the command line, for help; targets.test.ts holds it against the table, which is loaded late. */
export const INIT_TARGETS = [
  ["htaccess", ".htaccess and app.cgi in a folder that Apache serves"],
  [
    "cpanel",
    "the same in a home folder of cPanel: public_html/cgi-bin/app.cgi",
  ],
  ["apache-proxy-fcgi", "Apache, before a process of its own (mod_proxy_fcgi)"],
  ["apache-fcgid", "Apache starts and stops the processes (mod_fcgid)"],
  [
    "apache-cgi",
    "Apache starts a process for each request (mod_cgid, mod_cgi)",
  ],
  ["nginx", "nginx, before a process of its own"],
  ["lighttpd", "lighttpd, before a process of its own"],
  ["haproxy", "HAProxy, before a process of its own"],
  ["systemd", "a service that starts the process behind a socket"],
] as const;

/** `tsgi init`. @param done is told the exit status */
export function initCommand(done: (status: number) => void): Command {
  return createCommand(
    {
      name: "tsgi init",
      usage: "[options] [target] [app[:export]]",
      summary:
        "Write the configuration a web server needs for an application, with the real paths, and tell what to do with it. Without a target it looks what is installed and proposes one.",
      examples: [
        ["tsgi init", "what is there, and which way is the best"],
        ["tsgi init htaccess --output public_html app.js", "shared hosting"],
        [
          "tsgi init nginx --verify app.js",
          "try it before anything is written",
        ],
        [
          "tsgi init htaccess --resident app.js",
          "CGI by a process that stays, where the host lets it",
        ],
        ["tsgi init systemd --dry-run --mount /shop app.js", "print the unit"],
      ],
      values: [
        ...INIT_TARGETS.map(([name, does]) => `${name.padEnd(18)} ${does}`),
        "The application may be left out where it is app, server, index or main, with .ts, .mts, .js, .mjs",
        "or .cjs, in this folder. Files that are there already and differ are shown, and replaced only where a",
        "person at a terminal says so, or with --force.",
      ],
      exits: [
        [`${EXIT.OK}`, "written, or tried and all is well"],
        [
          `${EXIT.FAILURE}`,
          "tried, and something is wrong; or a file is there already",
        ],
        [`${EXIT.USAGE}`, "wrong command line"],
        [`${EXIT.NO_INPUT}`, "the application cannot be found"],
        [`${EXIT.UNAVAILABLE}`, "--verify: the server is not installed here"],
        [
          `${EXIT.CONFIG}`,
          "a path, or a value, that no configuration can have; or --resident for what is no CGI",
        ],
      ],
    },
    [],
  )
    .name("init")
    .summary("write a web server's configuration, and try it")
    .configureHelp({ showGlobalOptions: false })
    .argument("[target]", "one of those below")
    .argument("[app]", "a file, and after a colon the name of an export")
    .option(
      "-o, --output <folder>",
      "where to write (default: deploy/<target> beside the application; for htaccess the folder that Apache serves, for cpanel the home folder)",
    )
    .option("--mount <path>", "the URL path in front of the application", "/")
    .option(
      "--socket <path>",
      "between web server and process (default: /run/<name>/app.sock)",
    )
    .option(
      "--public <folder>",
      "files the web server serves itself (default: public beside the application)",
    )
    .option("--domain <name>", "of the site", "www.example.com")
    .option(
      "--group <name>",
      "the web server's group (default: as its configuration says, or www-data and its like)",
    )
    .option(
      "--name <name>",
      "of files, service and user (default: that of the application's folder)",
    )
    .option("--node <path>", "Node to start (default: the one that runs this)")
    .option(
      "--resident",
      "for htaccess, cpanel and apache-cgi: app.cgi starts a process that stays, and hands its requests to that (docs/resident-cgi.md)",
    )
    .option("--force", "replace files that are there already")
    .option("--dry-run", "print the files, and write nothing")
    .option(
      "--verify",
      "start the installed server with these files, in a private folder and on loopback, ask it, and write nothing",
    )
    .action(
      async (
        first: string | undefined,
        second: string | undefined,
        flags: Flags,
      ) => {
        done(await init(first, second, flags));
      },
    );
}

async function init(
  first: string | undefined,
  second: string | undefined,
  flags: Flags,
): Promise<number> {
  // Loaded here: `tsgi request`, which may be a health check, starts faster without.
  const [
    { targets },
    { lookAround },
    { thisMachine },
    { siteFor, homeFolder },
  ] = await Promise.all([
    import("../../init/targets.ts"),
    import("../../init/surroundings.ts"),
    import("../../doctor/machine.ts"),
    import("./init-site.ts"),
  ]);
  const target = first === undefined ? undefined : targets.get(first);
  const isOnlyApplication = target === undefined && second === undefined;
  const { PATH = "" } = process.env;
  const surroundings = lookAround(thisMachine, homeFolder(), PATH);
  if (first === undefined || (isOnlyApplication && /[./]/.test(first))) {
    const { proposalText } = await import("./init-report.ts");
    process.stdout.write(proposalText(surroundings, first));
    return EXIT.OK;
  }
  if (target === undefined) {
    throw new UsageError(
      `Cannot write files for ${first}: there is no such target${suggestion(first, [...targets.keys()])}; it is one of ${[...targets.keys()].join(", ")}`,
    );
  }
  const plain = siteFor(first, target, second, flags, surroundings);
  const site = flags.resident
    ? await withRelay(first, target, plain, surroundings)
    : plain;
  if (flags.verify) return verifyTarget(first, target, site, surroundings);
  return writeTarget(first, target, site, flags);
}

/** Says what it means, before anything is written. */
async function withRelay(
  name: string,
  target: Target,
  site: Site,
  surroundings: Surroundings,
): Promise<Site> {
  const { residencyFor } = await import("./init-resident.ts");
  const { relay, notice } = residencyFor(name, target, surroundings);
  process.stderr.write(notice);
  return { ...site, relay };
}

async function writeTarget(
  name: string,
  target: Target,
  site: Site,
  flags: Flags,
): Promise<number> {
  const plan = target.plan(site);
  const { filesText, stepsText } = await import("./init-report.ts");
  if (flags.dryRun) {
    process.stdout.write(filesText(plan));
    return EXIT.OK;
  }
  const { writePlan } = await import("./init-write.ts");
  const isWritten = await writePlan(plan, flags.force === true);
  if (!isWritten) return EXIT.FAILURE;
  const [{ reachSteps }, { thisMachine }] = await Promise.all([
    import("../../init/reach.ts"),
    import("../../doctor/machine.ts"),
  ]);
  const first = reachSteps(thisMachine, target, site, plan);
  const whole = { ...plan, steps: [...first, ...plan.steps] };
  process.stdout.write(stepsText(whole, name, site, target));
  return EXIT.OK;
}

async function verifyTarget(
  name: string,
  target: Target,
  site: Site,
  surroundings: Surroundings,
): Promise<number> {
  const [{ missingFor }, { verify }, { verificationText }] = await Promise.all([
    import("../../init/surroundings.ts"),
    import("../../init/verify.ts"),
    import("./init-report.ts"),
  ]);
  const missing = missingFor(name, target.server, surroundings);
  if (missing !== undefined) {
    throw new StatusError(
      EXIT.UNAVAILABLE,
      `Cannot verify ${name}: ${missing}`,
    );
  }
  const program = surroundings.programs.get(target.server) ?? "";
  const interruption = new Interruption(undefined);
  try {
    const result = await verify(target, program, site, interruption.signal);
    process.stdout.write(verificationText(name, program, result));
    const isRight = result.rows.every((row) => row.result !== "no");
    return isRight ? EXIT.OK : EXIT.FAILURE;
  } finally {
    interruption.end();
  }
}
