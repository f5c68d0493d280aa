// Whether the web server's user gets to the file, may read it and start it.
import type { Context } from "../context.ts";
import { ACCESS, closedFolders, may, octal } from "../facts/access.ts";
import { type Account, userName } from "../facts/accounts.ts";
import { homesOfRoot, isIn } from "../facts/homes.ts";
import { mountOf } from "../facts/mounts.ts";
import type { Found } from "../finding.ts";
import { changeMode } from "../repair.ts";
import { quoted } from "../shell.ts";

/** Of the program, and of the application it serves. */
export function checkPermissions(context: Context): Found[] {
  const { machine, program, account } = context;
  if (program === undefined || account === undefined) return [];
  const { file, application, isModule } = program;
  const files = new Set([file, ...(application ? [application] : [])]);
  const found = [...files].flatMap((each) => closed(context, each, account));
  if (found.length > 0) return unique(found);
  for (const each of files) {
    const facts = machine.facts(each);
    if (facts === undefined || facts.kind !== "file") continue;
    const isStarted = each === file && !isModule;
    const isBinary = each === file && program.start?.startsWith("\x7fELF");
    if (isStarted && !may(account, facts, ACCESS.EXECUTE)) {
      found.push({
        code: "NOT_EXECUTABLE",
        where: each,
        what: `${account.user} may not execute it: its mode is ${octal(facts.mode)}, its owner ${userName(machine, facts.uid)}`,
        repair: `chmod 755 ${quoted(each)}`,
        fix: mayChange(context, facts.uid)
          ? changeMode(each, 0o755)
          : undefined,
      });
    } else if (!isBinary && !may(account, facts, ACCESS.READ)) {
      found.push({
        code: "NOT_READABLE",
        where: each,
        what: `${account.user} may not read it: its mode is ${octal(facts.mode)}, its owner ${userName(machine, facts.uid)}`,
        repair: `chmod a+r ${quoted(each)}`,
        fix: mayChange(context, facts.uid)
          ? changeMode(each, 0o444)
          : undefined,
      });
    }
  }
  return found;
}

/** A file system on which nothing is started. */
export function checkMount({ machine, program }: Context): Found[] {
  if (program === undefined || program.isModule) return [];
  const mount = mountOf(machine, program.file);
  if (!mount?.options.includes("noexec")) return [];
  return [
    {
      code: "NOEXEC_MOUNT",
      where: program.file,
      what: `${mount.folder} is mounted noexec`,
      repair: `mount -o remount,exec ${quoted(mount.folder)}, and in /etc/fstab; or put the program elsewhere`,
    },
  ];
}

/** Folders on the way to `path` which stop `account`. */
export function closed(
  context: Context,
  path: string,
  account: Account,
): Found[] {
  const { machine } = context;
  const real = machine.realPath(path);
  const paths = real === undefined || real === path ? [path] : [path, real];
  const folders = new Set(
    paths.flatMap((each) => closedFolders(machine, each, account)),
  );
  const homes = homesOfRoot(machine);
  return [...folders].map((folder) => {
    const { mode = 0, uid = 0 } = machine.facts(folder) ?? {};
    const isRoots = homes.some((home) => isIn(home, folder));
    return {
      code: "FOLDER_CLOSED",
      where: folder,
      what: `${account.user} may not enter it, on the way to ${path}: its mode is ${octal(mode)}, its owner ${userName(machine, uid)}`,
      repair: isRoots
        ? `move it out of root's home, to /srv say, and leave that closed`
        : `chmod a+x ${quoted(folder)}`,
      fix:
        mayChange(context, uid) && !isRoots
          ? changeMode(folder, 0o111)
          : undefined,
    };
  });
}

/** Only the owner changes a mode, and root. */
export function mayChange({ machine }: Context, owner: number): boolean {
  return machine.uid === 0 || machine.uid === owner;
}

function unique(found: readonly Found[]): Found[] {
  return [...new Map(found.map((each) => [each.where, each])).values()];
}
