// The first line, as the kernel and env read it.
import type { Context } from "../context.ts";
import { type FirstLine, isEnv, LINE_LIMITS } from "../facts/first-line.ts";
import type { Program } from "../facts/program.ts";
import type { Found } from "../finding.ts";
import { rewrite } from "../repair.ts";
import { quoted } from "../shell.ts";
import { checkStarted } from "./interpreter.ts";

const ELF = "\x7fELF";
const BOM = "\xef\xbb\xbf";

/** What is wrong before the interpreter is even looked for ends it: the rest would be guesswork. */
export function checkFirstLine(context: Context): Found[] {
  const { machine, program } = context;
  if (program === undefined || program.isModule) return [];
  const { file, start, firstLine } = program;
  if (start === undefined) return [];
  if (start.startsWith(ELF)) return [];
  const where = `${file}:1`;
  if (firstLine === undefined) {
    const shown = JSON.stringify(start.split("\n", 1)[0]?.slice(0, 40));
    return [
      {
        code: "FIRST_LINE_MISSING",
        where,
        what: `it begins with ${shown} instead of #!`,
        repair: `sed -i '1i #!/usr/bin/env tsgi-cgi' ${quoted(file)}`,
      },
    ];
  }
  if (!start.startsWith("#!")) return [misplaced(file, start)];
  const found = lineItself(
    program,
    start,
    firstLine,
    machine.text("/proc/sys/kernel/osrelease"),
  );
  return found.length > 0 ? found : checkStarted(context, where, firstLine);
}

function misplaced(file: string, start: string): Found {
  const where = `${file}:1`;
  if (start.startsWith(BOM)) {
    return {
      code: "BOM_FIRST_LINE",
      where,
      what: "a byte order mark (EF BB BF) stands before #!",
      repair: `sed -i '1s/^\\xef\\xbb\\xbf//' ${quoted(file)}`,
      fix: rewrite(file, (text) =>
        text.startsWith(BOM) ? text.slice(BOM.length).trimStart() : text,
      ),
    };
  }
  return {
    code: "BLANK_FIRST_LINE",
    where,
    what: "blanks or empty lines stand before #!",
    repair: `sed -i '0,/#!/{/^\\s*$/d;s/^\\s*#!/#!/}' ${quoted(file)}`,
    fix: rewrite(file, (text) => text.replace(/^\s+#!/, "#!")),
  };
}

function lineItself(
  { file, runner, relay }: Program,
  start: string,
  { line, interpreter, argument }: FirstLine,
  release: string | undefined,
): Found[] {
  const where = `${file}:1`;
  // In files of tsgi build, and relays: env -S and perl take the return for a blank, and the rest bears it.
  const bearsReturns = runner === "built" || relay !== undefined;
  if (!bearsReturns && start.startsWith(`${line}\r\n`)) {
    return [
      {
        code: "CRLF_FIRST_LINE",
        where,
        what: `the kernel looks for ${JSON.stringify(`${argument || interpreter}\r`)}: the line ends with CR LF`,
        repair: `sed -i 's/\\r$//' ${quoted(file)}`,
        fix: rewrite(file, (text) => text.replaceAll("\r\n", "\n")),
      },
    ];
  }
  const limit = limitOf(release);
  if (Buffer.byteLength(line, "latin1") > limit) {
    return [
      {
        code: "FIRST_LINE_LONG",
        where,
        what: `the first line has ${line.length} bytes, and this kernel reads ${limit}`,
        repair: `ln -s ${quoted(interpreter)} /usr/local/bin/, and name that in the first line`,
      },
    ];
  }
  if (/["']/.test(interpreter)) {
    const bare = line.replace(/["']/g, "");
    return [
      {
        code: "FIRST_LINE_QUOTES",
        where,
        what: `the kernel looks for a program called ${interpreter}, quotes included`,
        repair: `sed -i ${quoted(`1s|.*|${bare}|`)} ${quoted(file)}`,
        fix: rewrite(file, (text) => text.replace(line, () => bare)),
      },
    ];
  }
  if (!interpreter.startsWith("/")) {
    return [
      {
        code: "INTERPRETER_RELATIVE",
        where,
        what: `the kernel looks for ${interpreter || "nothing"} in the folder it starts in, not in PATH`,
        repair: `sed -i ${quoted(`1s|.*|#!/usr/bin/env ${interpreter || "tsgi-cgi"}|`)} ${quoted(file)}`,
      },
    ];
  }
  if (
    isEnv(interpreter) &&
    /[ \t]/.test(argument) &&
    !/^(?:-S|--split-string)/.test(argument)
  ) {
    const split = `#!${interpreter} -S ${argument}`;
    return [
      {
        code: "FIRST_LINE_ARGUMENTS",
        where,
        what: `env looks for a program called ${JSON.stringify(argument)}`,
        repair: `sed -i ${quoted(`1s|.*|${split}|`)} ${quoted(file)}`,
        fix: rewrite(file, (text) => text.replace(line, () => split)),
      },
    ];
  }
  return [];
}

/** By the kernel's release, as "5.15.0-91-generic". */
function limitOf(release = ""): number {
  const [major = 6, minor = 0] = release.split(".").map(Number);
  return major > 5 || (major === 5 && minor >= 1)
    ? LINE_LIMITS.NOW
    : LINE_LIMITS.BEFORE;
}
