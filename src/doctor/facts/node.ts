// The Node that will run the program, as it describes itself.
import type { Context } from "../context.ts";
import type { Outcome } from "../machine.ts";
import { ENOUGH, isEnv, parseFirstLine } from "./first-line.ts";
import { runNamed } from "./trust.ts";
import { which } from "./which.ts";

/** A Node that starts. */
export interface NodeFacts {
  readonly path: string;
  /** `"20.19.0"` */
  readonly version: string;
  /** NODE_MODULE_VERSION. */
  readonly abi: number;
  readonly platform: string;
  readonly arch: string;
  /** Undefined where the system has another C library. */
  readonly glibc: readonly [number, number] | undefined;
  readonly stripsTypes: boolean;
}

/** One that does not. */
export interface NodeFailure {
  readonly path: string;
  readonly outcome: Outcome;
}

const SELF = `const { process: { versions, platform, arch, features, report } } = globalThis;
const { glibcVersionRuntime } = report?.getReport?.().header ?? {};
console.log(JSON.stringify([versions.node, versions.modules, platform, arch, glibcVersionRuntime, Boolean(features.typescript)]));`;
const DEEPEST = 4;

/** The Node at the end of the first lines, asked about itself; undefined where no Node is found, or it may not be run. */
export async function askNode(
  context: Context,
): Promise<NodeFacts | NodeFailure | undefined> {
  const path = nodePath(context);
  if (path === undefined) return undefined;
  const outcome = await runNamed(context, path, ["-e", SELF]);
  if (outcome === undefined) return undefined;
  try {
    const [version, abi, platform, arch, glibc, stripsTypes] = JSON.parse(
      outcome.stdout,
    );
    return {
      path,
      version,
      abi: Number(abi),
      platform,
      arch,
      glibc: glibc?.split(".").map(Number),
      stripsTypes,
    };
  } catch {
    return { path, outcome };
  }
}

/** Follows first lines and PATH to a program called node. */
export function nodePath({
  machine,
  program,
  path,
  account,
}: Context): string | undefined {
  if (program === undefined) return undefined;
  if (program.isModule) return process.execPath;
  let next = program.command;
  let { firstLine } = program;
  for (let depth = 0; depth < DEEPEST; depth++) {
    if (next === undefined) {
      if (firstLine === undefined) return undefined;
      const { interpreter, command } = firstLine;
      next = isEnv(interpreter) ? command[0] : interpreter;
      if (next === undefined) return undefined;
    }
    const file = which(machine, next, path, account);
    if (file === undefined) return undefined;
    firstLine = parseFirstLine(machine.text(file, ENOUGH) ?? "");
    if (firstLine === undefined) {
      return /node(?:js)?[-0-9.]*$/.test(file) ? file : undefined;
    }
    next = undefined;
  }
  return undefined;
}
