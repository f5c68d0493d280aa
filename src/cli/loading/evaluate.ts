// Evaluates the file of an application, and finds the application in what comes of it.
import { dirname } from "node:path";
import type { Built } from "../../built/built.ts";
import type { Application } from "../../common/types.ts";
import { failedLoad, loadError } from "../load-error.ts";
import { type Candidate, exportOf, recogniseExport } from "./exported.ts";
import { ListenTrap } from "./listen-trap.ts";
import type { LoadOptions } from "./load-options.ts";

const LISTEN_TIMEOUT = 10_000;

/** A file, and the export of it that is wanted. */
export interface Source {
  readonly file: string;
  /** Undefined for the default. */
  readonly name: string | undefined;
  /** Evaluates it. */
  readonly load: () => unknown;
}

/** The application that is inside of a built file. */
export function sourceIn({ file, contents, evaluate }: Built): Source {
  const load = (): unknown => {
    // Frameworks show stacks to visitors where nothing is said, and web servers say nothing.
    process.env.NODE_ENV ??= "production";
    return evaluate();
  };
  return { file, name: contents.name, load };
}

/**
 * The application of a file, whose folder becomes the working directory.
 *
 * @throws {TsgiError} `LOAD`, with the file's own error as its cause where there is one
 */
export async function evaluate(
  { file, name, load }: Source,
  options: LoadOptions = {},
): Promise<Application> {
  let uncaught: { readonly error: unknown } | undefined;
  const catching = (error: unknown): void => {
    uncaught = { error };
  };
  const exited = (): void =>
    options.onExit?.(
      uncaught === undefined
        ? loadError(file, "the process ended while it was evaluated")
        : failedLoad(file, uncaught.error),
    );
  // Of a callback, say that of listen(): nobody else tells of it where "exit" ends the process.
  process.once("uncaughtExceptionMonitor", catching);
  process.once("exit", exited);
  const isOurs = options.interface === "tsgi";
  const trap = isOurs ? undefined : trapFor(file, options);
  try {
    // Beforehand: what a module leaves running must not go on unattended for longer than it has to.
    if (options.lint) await import("./validator.ts");
    process.chdir(dirname(file));
    const exports = await load();
    const found = await exportOf(exports, file, name, options);
    return await applicationOf({ file, name, exports, found }, trap, options);
  } catch (error) {
    trap?.remove();
    throw failedLoad(file, error);
  } finally {
    process.off("uncaughtExceptionMonitor", catching);
    process.off("exit", exited);
  }
}

async function applicationOf(
  candidate: Candidate,
  trap: ListenTrap | undefined,
  options: LoadOptions,
): Promise<Application> {
  const { onNote = () => {}, listenTimeoutMs = LISTEN_TIMEOUT } = options;
  const hasListened = trap?.first !== undefined;
  const known = await recogniseExport(candidate, options, hasListened);
  if (known !== undefined) {
    onNote(`${candidate.file}: ${known.what}`, "info");
    if (known.isOurs) {
      trap?.remove();
      if (hasListened) onNote(unheard(candidate.file, trap), "warn");
      if (options.lint) {
        const { lint } = await import("./validator.ts");
        return lint(known.application);
      }
    }
    return known.application;
  }
  const listener = await trap?.listened(listenTimeoutMs);
  if (listener === undefined) {
    const { misshapen } = await import("./misshapen.ts");
    throw misshapen(candidate, options);
  }
  // What it does when it listens comes before requests, and may be what listens for these. Promises alone
  // would not let that pass: all since the start may have been one chain of them.
  await new Promise<void>((resolve) => process.nextTick(resolve));
  const { adapt, listenerOf } = await import("./recognise.ts");
  onNote(`${candidate.file}: a program that listens for HTTP`, "info");
  return adapt(listenerOf(listener.server), "node");
}

function unheard(file: string, trap: ListenTrap | undefined): string {
  return `${file} is an application of TSGI, so nothing reaches the HTTP server for ${trap?.first?.asked.text}; --interface tsgi lets it listen`;
}

function trapFor(file: string, { onNote = () => {} }: LoadOptions): ListenTrap {
  return new ListenTrap(({ text }, first) => {
    if (first === undefined) {
      const message = `${file} asked for ${text}, which is not opened: requests come from the web server`;
      onNote(message, "info");
    } else {
      const message = `${file} asked for ${text}, too: nothing reaches it, since all requests go to the server for ${first.text}`;
      onNote(message, "warn");
    }
  });
}
