// What a program for a web server is, and which application it serves in the end.
import { basename, dirname, isAbsolute, join } from "node:path";
import type { Machine } from "../machine.ts";
import { ENOUGH, type FirstLine, parseFirstLine } from "./first-line.ts";
import { RELAY_BYTES, type Relay, relayOf } from "./relay.ts";

/** Who runs the application of a file; one that `tsgi build` has made brings its own. */
export type Runner = "tsgi" | "node" | "shell" | "built" | "relay" | "other";

/** A file that a web server starts, or an application alone. */
export interface Program {
  readonly file: string;
  /** Its beginning, byte for byte; undefined where it cannot be read. */
  readonly start: string | undefined;
  readonly firstLine: FirstLine | undefined;
  /** Undefined where nothing can be told of it. */
  readonly runner: Runner | undefined;
  /** Whether it is a module to be passed to tsgi-fcgi, and no program. */
  readonly isModule: boolean;
  /** What it was told, where it hands requests to a process that stays. */
  readonly relay: Relay | undefined;
  /** For a shell script: the program it ends with, as written. Likewise for a relay of an installed application. */
  readonly command: string | undefined;
  /** The file with the application's code; undefined where it cannot be told. */
  readonly application: string | undefined;
}

/** What can be told of `file`. */
export function programOf(machine: Machine, file: string): Program {
  const start = machine.text(file, ENOUGH);
  const firstLine =
    start === undefined ? undefined : parseFirstLine(cleaned(start));
  const isModule = firstLine === undefined && /\.[cm]?[jt]sx?$/.test(file);
  const relay =
    firstLine === undefined
      ? undefined
      : relayOf(cleaned(machine.text(file, RELAY_BYTES) ?? ""));
  const runner =
    firstLine === undefined
      ? undefined
      : BUILT.test(start ?? "") || relay?.isBuilt
        ? "built"
        : relay !== undefined
          ? "relay"
          : runnerOf(firstLine);
  const exec =
    runner === "shell"
      ? execLine(machine.text(file, 65_536) ?? "")
      : runner === "relay"
        ? commandOf(relay?.once ?? [])
        : undefined;
  return {
    file,
    start,
    firstLine,
    runner,
    isModule,
    relay,
    command: exec?.command,
    application:
      exec !== undefined
        ? exec.application && absolute(exec.application, dirname(file))
        : runner === "tsgi" || runner === "node" || isModule
          ? file
          : undefined,
  };
}

/** The second line of such a file (build/preamble.ts). */
const BUILT = /^#!.*\r?\n":" \/\* # made by tsgi build /;

/** Whether a mistake in the first line hides what it is meant to start: that is found elsewhere. */
function cleaned(start: string): string {
  return start.replace(/^(?:\xef\xbb\xbf)?\s*#!/, "#!").replace(/\r\n/g, "\n");
}

function runnerOf({ command }: FirstLine): Runner {
  const words = command.flatMap((word) => word.split(/[ \t]+/));
  const name = basename((words[0] ?? "").replace(/["']/g, ""));
  if (/^tsgi-f?cgi$/.test(name)) return "tsgi";
  if (/^node(?:js)?(?:-?[0-9.]+)?$/.test(name)) {
    return words.some((word) => /\/tsgi-f?cgi$/.test(word)) ? "tsgi" : "node";
  }
  return /^(?:ba|da|k|z)?sh$/.test(name) ? "shell" : "other";
}

interface Exec {
  readonly command: string;
  readonly application: string | undefined;
}

/** The last line with `exec`, or the last that runs tsgi: `exec /srv/app/…/tsgi-cgi --mount /app /srv/app/app.js`. */
function execLine(text: string): Exec | undefined {
  const line = text
    .replace(/\\\r?\n/g, " ")
    .split("\n")
    .filter((each) => /^\s*exec\s|^[^#]*\btsgi-f?cgi\b/.test(each))
    .at(-1);
  if (line === undefined || /[`;|&]|\$\(/.test(line)) return undefined;
  const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)]
    .map(([, double, single, bare]) => double ?? single ?? bare ?? "")
    .filter((word) => word !== "exec" && word !== "$@");
  const [command = ""] = words;
  // What the shell replaces is not known here.
  return command.includes("$") ? undefined : commandOf(words);
}

/** What is started, and the application, which comes last. */
function commandOf(words: readonly string[]): Exec | undefined {
  const [command] = words;
  if (command === undefined) return undefined;
  const last = words.slice(1).at(-1)?.replace(/:\w+$/, "");
  const isTold = last !== undefined && !/[$*]|^-/.test(last);
  return { command, application: isTold ? last : undefined };
}

function absolute(path: string, folder: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}
