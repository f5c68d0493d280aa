import { dirname } from "node:path";
import type { FileFacts, Machine } from "../machine.ts";
import type { Account } from "./accounts.ts";

/** What one may want to do with a file; the bits of a mode. */
export const ACCESS = { READ: 4, WRITE: 2, EXECUTE: 1 } as const;

/** Whether `account` has all of `wanted`. Root may all but execute what nobody may. ACLs are not looked at. */
export function may(
  account: Account,
  { mode, uid, gid, kind }: FileFacts,
  wanted: number,
): boolean {
  if (account.uid === 0) {
    const needsBit = kind !== "folder" && (wanted & ACCESS.EXECUTE) !== 0;
    return !needsBit || (mode & 0o111) !== 0;
  }
  const bits =
    account.uid === uid
      ? mode >> 6
      : account.gids.includes(gid)
        ? mode >> 3
        : mode;
  return (bits & wanted) === wanted;
}

/** The folders on the way to `path`, from the root down. */
export function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    folders.unshift(folder);
    if (folder === dirname(folder)) return folders;
  }
}

/** Those of the folders that `account` may not enter. */
export function closedFolders(
  machine: Machine,
  path: string,
  account: Account,
): string[] {
  return foldersAbove(path).filter((folder) => {
    const facts = machine.facts(folder);
    return facts !== undefined && !may(account, facts, ACCESS.EXECUTE);
  });
}

/** `"0644"` */
export function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
