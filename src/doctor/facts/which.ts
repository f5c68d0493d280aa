import { join } from "node:path";
import type { Machine } from "../machine.ts";
import { ACCESS, closedFolders, may } from "./access.ts";
import type { Account } from "./accounts.ts";

/** The program of a name in a PATH, as `env` finds it for `account`; undefined where there is none. */
export function which(
  machine: Machine,
  name: string,
  path: string,
  account: Account | undefined,
): string | undefined {
  const all = name.includes("/")
    ? [name].filter((file) => isFile(machine, file))
    : candidates(machine, name, path);
  return all.find(
    (file) => account === undefined || mayRun(machine, file, account),
  );
}

/** All programs of a name in a PATH, whoever may run them. */
export function candidates(
  machine: Machine,
  name: string,
  path: string,
): string[] {
  return path
    .split(":")
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .filter((file) => isFile(machine, file));
}

/** Whether `account` may start a program: by its own bits, and those of the folders on the way. */
export function mayRun(
  machine: Machine,
  file: string,
  account: Account,
): boolean {
  const facts = machine.facts(file);
  if (facts === undefined || !may(account, facts, ACCESS.EXECUTE)) return false;
  const target = machine.realPath(file) ?? file;
  return [file, target].every(
    (each) => closedFolders(machine, each, account).length === 0,
  );
}

/** Where a program may be that is not in the web server's PATH: this process's own, then where hosts have it. */
export function elsewhere(
  machine: Machine,
  name: string,
  account: Account | undefined,
  known: readonly string[],
): string | undefined {
  const usual = ["/usr/local/bin", "/usr/bin", "/opt/bin", "/snap/bin"];
  const hosts = ["/opt/alt", "/opt/cpanel"].flatMap((root) =>
    (machine.names(root) ?? [])
      .filter((each) => each.includes("nodejs"))
      .flatMap((each) => [
        `${root}/${each}/root/usr/bin`,
        `${root}/${each}/bin`,
      ])
      .reverse(),
  );
  const places = [...usual, ...hosts].map((folder) => join(folder, name));
  const all = [...places, ...known].filter((file) => isFile(machine, file));
  return (
    all.find(
      (file) => account === undefined || mayRun(machine, file, account),
    ) ?? all[0]
  );
}

function isFile(machine: Machine, path: string): boolean {
  return machine.facts(path)?.kind === "file";
}
