import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { TsgiError } from "../common/errors.ts";
import type { PlannedFile } from "./plan.ts";

/** What a file will meet. */
export interface Meeting {
  readonly file: PlannedFile;
  readonly state: "new" | "same" | "kept" | "differs";
  /** What is there. */
  readonly before: string;
}

/** Looks what is there already. @throws {TsgiError} `CONFIG` where that cannot be read */
export function meet(file: PlannedFile): Meeting {
  let before: string;
  try {
    before = readFileSync(file.path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return { file, state: "new", before: "" };
    throw cannotWrite(file.path, error);
  }
  if (file.isOnlyIfMissing) return { file, state: "kept", before };
  const mode = statSync(file.path).mode & 0o777;
  const isSame = before === file.text && mode === file.mode;
  return { file, state: isSame ? "same" : "differs", before };
}

/** Writes a file, at once and whole. @throws {TsgiError} `CONFIG` */
export function write({ path, text, mode }: PlannedFile): void {
  const folder = dirname(path);
  const aside = join(folder, `.${basename(path)}.${process.pid}.new`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(aside, text, { flag: "wx", mode });
    // Whatever the umask says: the web server is somebody else.
    chmodSync(aside, mode);
    renameSync(aside, path);
  } catch (error) {
    rmSync(aside, { force: true });
    throw cannotWrite(path, error);
  }
}

function cannotWrite(path: string, error: unknown): TsgiError {
  const cause = error as NodeJS.ErrnoException;
  const why =
    cause.code === "EACCES" || cause.code === "EPERM"
      ? "this user may not write there; choose another folder with --output"
      : `${cause.message}; choose another folder with --output`;
  return new TsgiError("CONFIG", `Cannot write ${path}: ${why}`, { cause });
}
