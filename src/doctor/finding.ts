import type { FindingCode } from "./codes/index.ts";

/** Errors keep requests from being answered; warnings will, one day; hints are about what can be better. */
export type Level = "error" | "warning" | "hint";

/** One thing that is wrong, at one place. */
export interface Finding {
  readonly code: FindingCode;
  readonly level: Level;
  /** A file, perhaps with a line (`/srv/app.cgi:1`), a socket, a URL, or a part of the machine. */
  readonly where: string;
  /** The present state: a clause without a full stop. */
  readonly what: string;
  /** The repair, with real paths: a command, or the line to write. */
  readonly repair: string;
  /** Does it. Only what can be taken back, and what is the owner's to change. */
  readonly fix?: Fix | undefined;
}

/** A repair that is safe to make. To make it twice is to make it once. */
export type Fix = () => void;

/** What a check found before its row of the registry has its say. */
export type Found = Omit<Finding, "level"> & { readonly level?: Level };
