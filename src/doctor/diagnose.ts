// The walk: from the file to an answer, stop by stop.
import { htaccessAlone } from "./apache/htaccess.ts";
import { checkApache, checkApacheConfig } from "./checks/apache.ts";
import { checkApacheLimits, checkProxies } from "./checks/apache-limits.ts";
import { checkApplication } from "./checks/application.ts";
import { checkWhole } from "./checks/damage.ts";
import { checkCommand, checkFile } from "./checks/file.ts";
import { checkFirstLine } from "./checks/first-line.ts";
import { checkHtaccess } from "./checks/htaccess.ts";
import { checkHtaccessMissing } from "./checks/htaccess-missing.ts";
import { checkMachine } from "./checks/machine.ts";
import { checkModuleType } from "./checks/module-type.ts";
import { checkNginx } from "./checks/nginx.ts";
import { checkNode } from "./checks/node.ts";
import { checkMount, checkPermissions } from "./checks/permissions.ts";
import { checkResident } from "./checks/resident.ts";
import { type TrialRun, trialRun } from "./checks/run.ts";
import { checkAnswer, checkPrivateTmp, checkSocket } from "./checks/socket.ts";
import { checkSuexec, checkWritable } from "./checks/suexec.ts";
import { checkUrl } from "./checks/url.ts";
import { codes, type FindingCode } from "./codes/index.ts";
import { type Context, contextOf, type Question } from "./context.ts";
import { askNode, nodePath } from "./facts/node.ts";
import type { Finding, Found } from "./finding.ts";
import type { Machine } from "./machine.ts";

/** A part of the way, and what was found on it. */
export interface Stop {
  readonly title: string;
  readonly findings: readonly Finding[];
  /** Why it was not looked at. */
  readonly skipped?: string;
}

/** All that the doctor has to say. */
export interface Diagnosis {
  readonly context: Context;
  readonly stops: readonly Stop[];
  readonly findings: readonly Finding[];
  /** The trial run, where there was one. */
  readonly run: TrialRun | undefined;
}

/** As with most hosting companies. */
const UNCONFIGURED: Stop = {
  title: "Apache's configuration",
  findings: [],
  skipped:
    "it cannot be read here, so that it is not known whether Apache runs the program, and what it takes in .htaccess; --apache-config names it",
};

function unasked(path: string, run: boolean | undefined): Stop {
  const why = run === false ? "with --no-run" : "as root";
  return {
    title: "Node",
    findings: [],
    skipped: `others than root can exchange ${path}, so that it is not run ${why}, and not asked for its version`,
  };
}

/** Findings that are the cause of others, which would only distract. */
const EXPLAINS: Partial<Record<FindingCode, readonly FindingCode[]>> = {
  // Whoever may not enter a folder may not run what is in it.
  FOLDER_CLOSED: ["INTERPRETER_NOT_EXECUTABLE"],
  HTACCESS_MISSING: ["NO_HANDLER", "EXECCGI_OFF", "AUTHORIZATION_WITHHELD"],
  HTACCESS_IGNORED: ["NO_HANDLER", "EXECCGI_OFF", "AUTHORIZATION_WITHHELD"],
  // What does not load once does not load to stay.
  RUN_ERROR: ["RESIDENT_FAILING"],
  HTACCESS_UNREADABLE: ["NO_HANDLER", "EXECCGI_OFF", "AUTHORIZATION_WITHHELD"],
  HTACCESS_BOM: ["NO_HANDLER", "EXECCGI_OFF", "AUTHORIZATION_WITHHELD"],
  HTACCESS_BROKEN: ["NO_HANDLER", "EXECCGI_OFF", "AUTHORIZATION_WITHHELD"],
  HTACCESS_UNKNOWN: ["NO_HANDLER", "EXECCGI_OFF", "AUTHORIZATION_WITHHELD"],
  HTACCESS_NOT_ALLOWED: ["AUTHORIZATION_WITHHELD"],
  APACHE_CONFIG_BROKEN: [
    "NO_URL",
    "NO_HANDLER",
    "EXECCGI_OFF",
    "ACCESS_DENIED",
    "AUTHORIZATION_WITHHELD",
  ],
};

/** @param onProgress told the title of each stop before it is looked at */
export async function diagnose(
  machine: Machine,
  question: Question,
  onProgress: (title: string) => void = () => {},
): Promise<Diagnosis> {
  const context = contextOf(machine, question);
  const stops: Stop[] = [];
  const add = async (
    title: string,
    look: () => Found[] | Promise<Found[]>,
  ): Promise<void> => {
    onProgress(title);
    stops.push({ title, findings: (await look()).map(finding) });
  };
  let run: TrialRun | undefined;
  if (context.program !== undefined) {
    await add("the file", () =>
      inTurn(context, [checkFile, checkWhole, checkFirstLine, checkCommand]),
    );
    // Without a file there is nothing more to look at.
    if (!has(stops, "FILE_MISSING", "FILE_KIND")) {
      await add("permissions", () =>
        all(context, [
          checkPermissions,
          checkMount,
          checkWritable,
          checkSuexec,
        ]),
      );
      if (context.apache !== undefined && !context.program.isModule) {
        await add("Apache", () =>
          all(context, [
            checkApacheConfig,
            checkHtaccessMissing,
            checkHtaccess,
            checkApache,
            checkApacheLimits,
          ]),
        );
      } else if (!context.program.isModule) {
        stops.push(UNCONFIGURED);
        const title = "the .htaccess files";
        await add(title, () =>
          all(context, [checkHtaccessMissing, checkHtaccess]),
        );
        const isEmpty = stops.at(-1)?.findings.length === 0;
        if (
          isEmpty &&
          htaccessAlone(machine, context.program.file).length === 0
        )
          stops.splice(-1, 1, {
            title,
            findings: [],
            skipped: "there is none",
          });
      }
      const node = await askNode(context);
      const works = node !== undefined && "version" in node ? node : undefined;
      const path = nodePath(context);
      if (node === undefined && path !== undefined)
        stops.push(unasked(path, question.run));
      await add("Node and the machine", async () => [
        ...checkNode(node),
        ...(await checkMachine(context, works)),
      ]);
      await add("the application", () => [
        ...checkModuleType(context),
        ...checkApplication(context, works),
      ]);
      if (context.program.relay !== undefined) {
        await add("the process that stays", () => checkResident(context));
      }
      if (question.run !== false) {
        const title = "a trial run";
        if (stops.some(({ findings }) => findings.some(keepsFromRunning))) {
          stops.push({ title, findings: [], skipped: "mend the errors first" });
        } else {
          await add(title, async () => {
            run = await trialRun(context);
            return [...run.found];
          });
        }
      }
    }
  }
  if (context.socket !== undefined) {
    await add("the socket", () => socketInTurn(context));
    await add("the web servers' settings for it", () =>
      all(context, [checkProxies, checkNginx]),
    );
  }
  if (context.url !== undefined) await add("the URL", () => checkUrl(context));
  return result(context, stops, run);
}

function result(
  context: Context,
  stops: readonly Stop[],
  run: TrialRun | undefined,
): Diagnosis {
  const explained = new Set(
    stops.flatMap(({ findings }) =>
      findings.flatMap(({ code, level }) =>
        level === "error" ? (EXPLAINS[code] ?? []) : [],
      ),
    ),
  );
  const kept = stops.map((stop) => ({
    ...stop,
    findings: stop.findings.filter(({ code }) => !explained.has(code)),
  }));
  const findings = kept.flatMap((stop) => stop.findings);
  return { context, stops: kept, findings, run };
}

/** The level of its row, unless the check knows better. */
function finding(found: Found): Finding {
  return { ...found, level: found.level ?? codes[found.code].level };
}

type Check = (context: Context) => Found[] | Promise<Found[]>;

async function all(
  context: Context,
  checks: readonly Check[],
): Promise<Found[]> {
  const found: Found[] = [];
  for (const check of checks) found.push(...(await check(context)));
  return found;
}

/** Until one finds something: what follows stands on it. */
async function inTurn(
  context: Context,
  checks: readonly Check[],
): Promise<Found[]> {
  for (const check of checks) {
    const found = await check(context);
    if (found.length > 0) return found;
  }
  return [];
}

async function socketInTurn(context: Context): Promise<Found[]> {
  const found = await all(context, [checkSocket, checkPrivateTmp]);
  const isUnreachable = found.some(({ code }) => codes[code].level === "error");
  return isUnreachable ? found : [...found, ...(await checkAnswer(context))];
}

/** What concerns Apache alone does not keep the program from being run here. */
function keepsFromRunning({ code, level }: Finding): boolean {
  return (
    level === "error" &&
    !/^(?:APACHE|HTACCESS|REWRITE)_|^(?:EXECCGI_OFF|NO_HANDLER|NO_URL|ACCESS_DENIED)$/.test(
      code,
    )
  );
}

function has(stops: readonly Stop[], ...wanted: FindingCode[]): boolean {
  return stops.some(({ findings }) =>
    findings.some(({ code }) => wanted.includes(code)),
  );
}
