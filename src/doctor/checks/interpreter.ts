// The programs that a first line leads to: each must be there, and the web server's user may run it.
import { fileURLToPath } from "node:url";
import type { Context } from "../context.ts";
import {
  ENOUGH,
  type FirstLine,
  isEnv,
  parseFirstLine,
} from "../facts/first-line.ts";
import { candidates, elsewhere, mayRun, which } from "../facts/which.ts";
import type { Found } from "../finding.ts";
import { quoted } from "../shell.ts";

/** Scripts that start scripts; more is a circle. */
const DEEPEST = 4;

/** What the first line at `where` starts, and what that starts in turn. */
export function checkStarted(
  context: Context,
  where: string,
  firstLine: FirstLine,
  depth = 0,
): Found[] {
  const { interpreter, command } = firstLine;
  const found = checkProgram(context, where, interpreter);
  if (found !== undefined) return [found];
  if (!isEnv(interpreter)) return checkScript(context, interpreter, depth);
  const [name] = command;
  return name === undefined ? [] : checkNamed(context, where, name, depth);
}

/** A program by its path, or by its name in the web server's PATH. */
export function checkNamed(
  context: Context,
  where: string,
  name: string,
  depth = 0,
): Found[] {
  const { machine, path, account } = context;
  if (name.includes("/")) {
    const found = checkProgram(context, where, name);
    return found === undefined ? checkScript(context, name, depth) : [found];
  }
  const program = which(machine, name, path, account);
  if (program !== undefined) return checkScript(context, program, depth);
  const [closed] = candidates(machine, name, path);
  if (closed !== undefined) return [notExecutable(context, where, closed)];
  const other = elsewhere(machine, name, account, known(name));
  const [file] = where.split(":", 1) as [string];
  return [
    {
      code: "INTERPRETER_NOT_IN_PATH",
      where,
      what: `env finds no ${name} in the web server's PATH, ${path}`,
      repair: other
        ? where.endsWith(":1")
          ? `sed -i ${quoted(`1s|.*|#!${other}|`)} ${quoted(file)}`
          : `ln -s ${quoted(other)} ${path.split(":", 1)[0]}/`
        : `install ${name} where that PATH leads, or name its full path`,
    },
  ];
}

/** The programs this one was started with. */
function known(name: string): string[] {
  if (name === "node") return [process.execPath];
  return [fileURLToPath(new URL(`../../../bin/${name}`, import.meta.url))];
}

/** The program is a script perhaps, such as tsgi-cgi itself, with a first line of its own. */
function checkScript(context: Context, file: string, depth: number): Found[] {
  const start = context.machine.text(file, ENOUGH);
  const firstLine = start === undefined ? undefined : parseFirstLine(start);
  if (firstLine === undefined || depth >= DEEPEST) return [];
  return checkStarted(context, file, firstLine, depth + 1);
}

function checkProgram(
  context: Context,
  where: string,
  program: string,
): Found | undefined {
  const { machine, account } = context;
  if (machine.facts(program) === undefined) {
    const name = program.slice(program.lastIndexOf("/") + 1);
    const other = elsewhere(machine, name, account, known(name));
    const [file] = where.split(":", 1) as [string];
    return {
      code: "INTERPRETER_MISSING",
      where,
      what: `there is no ${program}`,
      repair: other
        ? `sed -i ${quoted(`1s|${program}|${other}|`)} ${quoted(file)}`
        : `install ${name}, or ${context.program?.relay ? "make the file anew without --resident" : "name the program that runs the file"}`,
    };
  }
  if (account === undefined || mayRun(machine, program, account))
    return undefined;
  return notExecutable(context, where, program);
}

function notExecutable(
  { account, machine }: Context,
  where: string,
  program: string,
): Found {
  const real = machine.realPath(program) ?? program;
  const mode = machine.facts(real)?.mode ?? 0;
  return {
    code: "INTERPRETER_NOT_EXECUTABLE",
    where,
    what: `${account?.user} may not run ${program}`,
    repair:
      (mode & 0o111) === 0
        ? `chmod 755 ${quoted(real)}`
        : `namei -l ${quoted(real)} shows where ${account?.user} is stopped; install it outside of homes, or chmod a+x these folders`,
  };
}
