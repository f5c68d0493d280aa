// As whom programs are run that files of a site name: whoever may write to a site must not get root's hands by the doctor.
import { type Context, siteIdentity } from "../context.ts";
import type { Machine, Outcome } from "../machine.ts";
import { foldersAbove } from "./access.ts";

const GROUP_AND_OTHERS = 0o022;
const STICKY = 0o1000;

/** Whether nobody but root can exchange a program, or what leads to it. */
export function isRoots(machine: Machine, program: string): boolean {
  const target = machine.realPath(program);
  if (target === undefined) return false;
  return [program, target].every(
    (path) =>
      isRootsAlone(machine, path, 0) &&
      foldersAbove(path).every((each) => isRootsAlone(machine, each, STICKY)),
  );
}

function isRootsAlone(machine: Machine, path: string, bit: number): boolean {
  const facts = machine.facts(path);
  if (facts?.uid !== 0) return false;
  return (facts.mode & GROUP_AND_OTHERS) === 0 || (facts.mode & bit) !== 0;
}

/**
 * Runs a program that a file of the site names. Undefined where that may not be: with --no-run what is not
 * root's, and where root would run it as root.
 *
 * @param starter what is started with `args`, and starts `named` in turn
 */
export async function runNamed(
  context: Context,
  named: string,
  args: readonly string[],
  starter: string = named,
): Promise<Outcome | undefined> {
  const { machine, path, run } = context;
  // This very program, where it is Node's.
  if (named === process.execPath || isRoots(machine, named)) {
    return machine.run(starter, args, path);
  }
  if (run === false) return undefined;
  const identity = siteIdentity(context);
  if (machine.uid === 0 && (identity?.uid ?? 0) === 0) return undefined;
  return machine.run(starter, args, path, identity);
}
