// The repairs that are safe to make: each can be taken back, and none deletes what somebody has written.
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import type { Fix } from "./finding.ts";

/** Marks the lines of .htaccess that are ours. */
const BEGIN = "# Written by tsgi doctor:";

/** Sets and clears permission bits. */
export function changeMode(path: string, set: number, clear = 0): Fix {
  return () => {
    const mode = statSync(path).mode & 0o7777;
    chmodSync(path, (mode | set) & ~clear);
  };
}

/** Gives a file to somebody; for root. */
export function changeOwner(path: string, uid: number, gid: number): Fix {
  return () => chownSync(path, uid, gid);
}

/** Writes a file anew, bytes as latin1, with the owner and mode it has. Whoever reads it meanwhile sees the old one or the new. */
export function rewrite(path: string, change: (text: string) => string): Fix {
  return () => {
    const target = realpathSync(path);
    const text = readFileSync(target, "latin1");
    const changed = change(text);
    if (changed !== text) replace(target, changed);
  };
}

/** Makes a file that is not there yet, for the owner of `like`. */
export function create(path: string, text: string, like: string): Fix {
  return () => {
    if (existsSync(path)) return;
    const { uid, gid } = statSync(like);
    writeFileSync(path, text, { flag: "wx", mode: 0o644 });
    if (process.getuid?.() === 0) chownSync(path, uid, gid);
  };
}

/** Gives a file another name, unless there is one of that name. */
export function rename(from: string, to: string): Fix {
  return () => {
    if (!existsSync(to)) renameSync(from, to);
  };
}

/** Puts a line at the end of an .htaccess file, where it wins over those before; the file is made where there is none. */
export function addToHtaccess(path: string, line: string, like: string): Fix {
  return () => {
    const marked = `${BEGIN}\n${line}\n`;
    if (!existsSync(path)) return create(path, marked, like)();
    rewrite(path, (text) => {
      if (text.endsWith(`\n${line}\n`)) return text;
      const start = text.includes(BEGIN)
        ? text
        : `${text.trimEnd()}\n\n${BEGIN}\n`;
      return `${start.trimEnd()}\n${line}\n`;
    })();
  };
}

function replace(path: string, text: string): void {
  const { mode, uid, gid } = lstatSync(path);
  const aside = `${path}.tsgi-doctor-${process.pid}`;
  writeFileSync(aside, text, { encoding: "latin1", flag: "wx", mode: 0o600 });
  // Before the mode: a change of the owner takes setuid away.
  if (process.getuid?.() === 0) chownSync(aside, uid, gid);
  chmodSync(aside, mode & 0o7777);
  renameSync(aside, path);
}
