// Whether a relay can have its process stay, and how that does. Requests are answered without it, too.
import { join } from "node:path";
import type { Context } from "../context.ts";
import { ACCESS, may, octal } from "../facts/access.ts";
import { userName } from "../facts/accounts.ts";
import {
  type Residence,
  residenceOf,
  type Tenant,
  tenantOf,
} from "../facts/residence.ts";
import { tellingLine } from "../facts/said.ts";
import type { Found } from "../finding.ts";
import { quoted } from "../shell.ts";

const STICKY = 0o1000;
const GROUP_AND_OTHERS = 0o022;
const ALL_OTHERS = 0o077;

/** Base, directory, process: each stands on the one before. */
export async function checkResident(context: Context): Promise<Found[]> {
  const { machine, program, account } = context;
  const base = program?.relay?.base;
  const uid = account?.uid ?? machine.uid;
  if (program === undefined || base === undefined || uid === undefined) {
    return [];
  }
  const residence = residenceOf(machine, base, uid, program.file);
  const wrong =
    baseTrouble(context, base, uid) ??
    (residence === undefined
      ? permissionTrouble(context, base)
      : directoryTrouble(context, residence, uid));
  if (wrong !== undefined) return [wrong];
  if (residence === undefined) return [];
  const { directory } = residence;
  return tenantTrouble(directory, await tenantOf(context, directory));
}

/** As relay.pl looks at it: whether others could exchange what is in it. */
function baseTrouble(
  { machine }: Context,
  base: string,
  uid: number,
): Found | undefined {
  const facts = machine.facts(base);
  const another = "another folder by --resident-base";
  if (facts?.kind !== "folder") {
    return untrusted(base, "there is no such folder", another);
  }
  if (facts.uid !== 0 && facts.uid !== uid) {
    const owner = userName(machine, facts.uid);
    return untrusted(base, `it belongs to ${owner}`, another);
  }
  const isOpen = (facts.mode & GROUP_AND_OTHERS) !== 0;
  if (!isOpen || (facts.mode & STICKY) !== 0) return undefined;
  return untrusted(
    base,
    `others may exchange what is in it: its mode is ${octal(facts.mode)}, without the sticky bit`,
    `chmod +t ${quoted(base)}; or ${another}`,
  );
}

function permissionTrouble(
  { machine, account }: Context,
  base: string,
): Found | undefined {
  const facts = machine.facts(base);
  const wanted = ACCESS.WRITE | ACCESS.EXECUTE;
  if (!account || !facts || may(account, facts, wanted)) return undefined;
  return untrusted(
    base,
    `${account.user} may not write to it: its mode is ${octal(facts.mode)}`,
    "another folder by --resident-base",
  );
}

function directoryTrouble(
  { machine }: Context,
  { directory, facts }: Residence,
  uid: number,
): Found | undefined {
  const { kind, mode, uid: owner } = facts;
  const what =
    kind !== "folder"
      ? `it is a ${kind}`
      : owner !== uid
        ? `it belongs to ${userName(machine, owner)}`
        : (mode & ALL_OTHERS) !== 0
          ? `it is open to others: its mode is ${octal(mode)}`
          : undefined;
  return what === undefined
    ? undefined
    : untrusted(directory, what, `rm -r ${quoted(directory)}`);
}

function untrusted(where: string, what: string, repair: string): Found {
  return {
    code: "RESIDENT_DIRECTORY",
    where,
    what: `the relay keeps no socket there, and starts a process for each request: ${what}`,
    repair,
  };
}

function tenantTrouble(directory: string, tenant: Tenant): Found[] {
  const where = directory;
  const log = quoted(join(directory, "log"));
  switch (tenant.state) {
    case "failed": {
      const { tries } = tenant;
      return [
        {
          code: "RESIDENT_FAILING",
          where,
          what: `the process that should stay has failed ${tries === 1 ? "once" : `${tries} times`}${lastWords(tenant.log)}`,
          repair: `cat ${log} shows all it said; once that is mended, rm -r ${quoted(directory)} lets the next request try at once`,
        },
      ];
    }
    case "killed":
      return [
        {
          code: "RESIDENT_KILLED",
          where,
          what: "the process that stayed was killed; the next request starts another",
          repair: `tail ${log} shows its last words; where it happens often, ask the host, or make the file without --resident`,
        },
      ];
    case "staying":
      if (tenant.speech === "fastcgi") return [];
      return [
        {
          code: "RESIDENT_SILENT",
          where,
          what: "the process that stays does not answer within two seconds, so each request waits for it and then starts one of its own",
          repair: `fuser -k ${quoted(join(directory, "lock"))} ends it`,
        },
      ];
    default:
      return [];
  }
}

/** Of its last start: where an earlier one failed the log goes on. */
function lastWords(log: string): string {
  const starts = [
    ...log.matchAll(/^.*?(?:tsgi(?:-resident)?: |outside of any request: )/gm),
  ];
  const last = starts.at(-1);
  const text = last ? log.slice(last.index + last[0].length) : log;
  const said = tellingLine(text);
  return said === undefined ? ", without a word" : `; its log says: ${said}`;
}
