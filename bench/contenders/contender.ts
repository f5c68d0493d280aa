import { existsSync } from "node:fs";
import { join } from "node:path";
import { CHECKOUT } from "../harness/folder.ts";
import { type Command, find } from "../harness/program.ts";

/** Where a contender runs. */
export interface Place {
  /** What it listens on: the path of a Unix socket, or a port of 127.0.0.1. */
  readonly socket: string;
  /** A folder of its own. */
  readonly folder: string;
  /** The path of the URL it is mounted at, `""` for a whole site. */
  readonly mount: string;
  /** Processes; those which cannot have more are started several times. */
  readonly workers: number;
}

/** Somebody who serves the work from a socket. */
export interface Contender {
  readonly name: string;
  readonly protocol: "fastcgi" | "http";
  /** What has to be there: full names of files, or programs to find. */
  readonly needs: readonly string[];
  /** Paths it does not know; see apps/hello.js for what there is. */
  readonly lacks?: readonly string[];
  /** Params it needs besides those every web server sends. */
  readonly params?: Readonly<Record<string, string>>;
  /** It listens on a port instead of a Unix socket. */
  readonly isTcp?: boolean;
  /** It starts its own workers. */
  readonly hasPool?: boolean;
  /** A worker serves one connection until that is closed, so that kept ones need a worker each. */
  readonly isPerConnection?: boolean;
  /** Builds, or writes configuration, and tells how to start it. */
  command(place: Place): Command;
}

export const CONTENDERS: string = import.meta.dirname;
export const PROGRAMS: string = join(CONTENDERS, "programs");

/** What a contender needs and this machine does not have, undefined where all is there. */
export function missing({
  needs,
}: Pick<Contender, "needs">): string | undefined {
  return needs.find((need) =>
    need.startsWith("/") ? !existsSync(need) : find(need) === undefined,
  );
}

/** A Node program, started as users start it. */
export function node(...args: readonly string[]): Command {
  return {
    file: process.execPath,
    args,
    env: { NODE_ENV: "production" },
  };
}

/** What `npm run build` has made. */
export function built(path: string): string {
  return join(CHECKOUT, "dist", path);
}
