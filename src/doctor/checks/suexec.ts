// Who may write to the program, and the other rules of suEXEC (support/suexec.c of Apache), one by one.
import { dirname } from "node:path";
import { below, lastOf } from "../apache/place.ts";
import type { Context } from "../context.ts";
import { octal } from "../facts/access.ts";
import { accountOf, groupId, userName } from "../facts/accounts.ts";
import { mayBeHidden } from "../facts/other-servers.ts";
import { suexecBounds } from "../facts/suexec.ts";
import type { Found } from "../finding.ts";
import { changeMode, changeOwner } from "../repair.ts";
import { quoted } from "../shell.ts";
import { mayChange } from "./permissions.ts";

const OTHERS = 0o002;
const GROUP_AND_OTHERS = 0o022;
const SET_ID = 0o6000;

/** Programs that others may write to; with suEXEC its group may not either, and where Apache is at work unseen there may be suEXEC. */
export function checkWritable(context: Context): Found[] {
  const { machine, program } = context;
  if (program === undefined || program.isModule) return [];
  const isStrict = hasSuexec(context);
  const isHidden = !isStrict && mayBeHidden(context);
  const bits = isStrict || isHidden ? GROUP_AND_OTHERS : OTHERS;
  const { file } = program;
  const found: Found[] = [];
  for (const path of [dirname(file), file]) {
    const facts = machine.facts(path);
    if (facts === undefined || (facts.mode & bits) === 0) continue;
    // In a sticky folder, such as /tmp, nobody replaces what is another's.
    if (!isStrict && path !== file && (facts.mode & 0o1000) !== 0) continue;
    found.push({
      code: path === file ? "WRITABLE_BY_OTHERS" : "FOLDER_WRITABLE_BY_OTHERS",
      level: isStrict ? "error" : "warning",
      where: path,
      what: `its mode is ${octal(facts.mode)}, ${reason(isStrict, isHidden)}`,
      repair: `chmod go-w ${quoted(path)}`,
      fix: mayChange(context, facts.uid)
        ? changeMode(path, 0, GROUP_AND_OTHERS)
        : undefined,
    });
  }
  return found;
}

function reason(isStrict: boolean, isHidden: boolean): string {
  if (isStrict) return "and suEXEC wants 0755 at most";
  return isHidden
    ? "which suEXEC answers with 500, and most hosting companies have it; it wants 0755 at most"
    : "so that everybody may change what the web server runs";
}

/** What else suEXEC refuses. */
export async function checkSuexec(context: Context): Promise<Found[]> {
  const { machine, program, suexecAccount } = context;
  if (program === undefined || program.isModule || !hasSuexec(context))
    return [];
  const { file } = program;
  const facts = machine.facts(file);
  const folder = machine.facts(dirname(file));
  if (facts === undefined || folder === undefined) return [];
  const found: Found[] = [];
  if ((facts.mode & SET_ID) !== 0) {
    found.push({
      code: "SETUID_BIT",
      where: file,
      what: `its mode is ${octal(facts.mode)}, and suEXEC runs nothing setuid or setgid`,
      repair: `chmod u-s,g-s ${quoted(file)}`,
      fix: mayChange(context, facts.uid)
        ? changeMode(file, 0, SET_ID)
        : undefined,
    });
  }
  const [user, group] = suexecAccount ?? [];
  const uid = user === undefined ? facts.uid : accountOf(machine, user)?.uid;
  const gid = group === undefined ? facts.gid : groupId(machine, group);
  if (uid === undefined || gid === undefined) return found;
  for (const [path, owner] of [
    [dirname(file), folder],
    [file, facts],
  ] as const) {
    if (owner.uid === uid && owner.gid === gid) continue;
    found.push({
      code: "OWNER_DIFFERS",
      where: path,
      what: `it belongs to ${userName(machine, owner.uid)} (${owner.uid}:${owner.gid}), and suEXEC runs it as ${userName(machine, uid)} (${uid}:${gid})`,
      repair: `chown ${uid}:${gid} ${quoted(path)}`,
      fix: machine.uid === 0 ? changeOwner(path, uid, gid) : undefined,
    });
  }
  const { leastUid, leastGid, documentRoot } = await suexecBounds(
    machine,
    context.apache && lastOf(context.apache.directives, "user")?.args[0],
  );
  if (uid < leastUid || gid < leastGid) {
    found.push({
      code: "UID_TOO_SMALL",
      where: file,
      what: `${userName(machine, uid)} is ${uid}:${gid}, and suEXEC runs nothing below ${leastUid}:${leastGid}`,
      repair:
        "name an ordinary user in SuexecUserGroup, and chown the program to it",
    });
  }
  const isHome = context.place?.via === "userdir";
  if (
    documentRoot !== undefined &&
    !isHome &&
    below(dirname(file), documentRoot) === undefined
  ) {
    found.push({
      code: "OUTSIDE_SUEXEC_ROOT",
      where: file,
      what: `suEXEC is confined to ${documentRoot}`,
      repair: `move the program below ${documentRoot}; suEXEC logs "command not in docroot"`,
    });
  }
  return found;
}

function hasSuexec({ suexecAccount, suexec }: Context): boolean {
  return suexecAccount !== undefined || suexec === true;
}
