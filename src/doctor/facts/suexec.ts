// What suEXEC was built with (suexec -V), and Debian's file for it.
import type { Machine } from "../machine.ts";

/** The bounds of suEXEC. */
export interface SuexecBounds {
  readonly leastUid: number;
  readonly leastGid: number;
  /** Undefined where it is not known. */
  readonly documentRoot: string | undefined;
}

const PROGRAMS = [
  "/usr/lib/apache2/suexec",
  "/usr/sbin/suexec",
  "/usr/local/apache2/bin/suexec",
];
/** Apache's own defaults. */
const LEAST = 100;

/** @param webUser whom Apache itself runs as: Debian's suexec-custom has a file of this name */
export async function suexecBounds(
  machine: Machine,
  webUser: string | undefined,
): Promise<SuexecBounds> {
  const program = PROGRAMS.find((path) => machine.facts(path) !== undefined);
  const { stdout = "", stderr = "" } =
    program === undefined ? {} : await machine.run(program, ["-V"]);
  const said = `${stdout}\n${stderr}`;
  const value = (name: string): string | undefined =>
    new RegExp(`-D ${name}="?([^"\\n]*)"?`).exec(said)?.[1];
  const folder = value("SUEXEC_CONFIG_DIR");
  const custom =
    folder === undefined || webUser === undefined
      ? undefined
      : machine
          .text(`${folder.replace(/\/$/, "")}/${webUser}`)
          ?.split("\n", 1)[0];
  return {
    leastUid: Number(value("AP_UID_MIN") ?? LEAST),
    leastGid: Number(value("AP_GID_MIN") ?? LEAST),
    documentRoot: value("AP_DOC_ROOT") ?? (custom || undefined),
  };
}
