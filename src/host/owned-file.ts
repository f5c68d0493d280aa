import { closeSync, constants, fchownSync, fstatSync, openSync } from "node:fs";

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;

/**
 * Makes a file that is to be appended to, or takes one of root's, for the user this process will become. What
 * belongs to somebody else, or has another name, stays as it is: in a folder of others root could be made to
 * give any file away. Whoever opens the file tells where that is not possible.
 */
export function giveFile(
  path: string,
  mode: number,
  uid: number | undefined,
  gid: number,
): void {
  let descriptor: number;
  try {
    const flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK;
    descriptor = openSync(path, flags, mode);
  } catch {
    return;
  }
  try {
    const file = fstatSync(descriptor);
    const isOurs = file.isFile() && file.uid === 0 && file.nlink === 1;
    if (isOurs) fchownSync(descriptor, uid ?? file.uid, gid);
  } finally {
    closeSync(descriptor);
  }
}
