// Whether what tsgi build, or tsgi-cgi --resident, has written is there from its first byte to its last.
import { basename } from "node:path";
import {
  expectedLength,
  findPart,
  readContents,
} from "../../built/container.ts";
import type { Context } from "../context.ts";
import type { Program } from "../facts/program.ts";
import { isWholeRelay } from "../facts/relay.ts";
import type { Found } from "../finding.ts";
import { quoted } from "../shell.ts";

/** The first two lines of such files, as far as they do not differ. */
const HEADS: readonly string[] = [
  '#!/usr/bin/env -S /bin/sh\n":" /* # made by tsgi build ',
  '#!/usr/bin/perl -X\n":"/*/ if 0;\n',
  "#!/usr/bin/perl -X\n# The relay of a resident CGI program",
];
/** `#!` alone may be anything. */
const LEAST = "#!/".length;

/** Before the first line, which may be what was cut. */
export function checkWhole({ machine, program }: Context): Found[] {
  if (program === undefined) return [];
  const { file } = program;
  const raw = machine.text(file);
  const size = machine.facts(file)?.size ?? 0;
  // Larger than what is read of any file.
  if (raw === undefined || raw.length < size) return [];
  const what = damageOf(program, unixText(raw), size);
  return what === undefined ? [] : [damaged(program, what)];
}

/**
 * What a run gives away: that the file says so itself, or that the line it stumbles over is one of
 * the file's own, for the application in it was parsed when it was built.
 */
export function damageIn(program: Program, errors: string): Found | undefined {
  const isBuilt = program.runner === "built" || program.relay !== undefined;
  if (!isBuilt) return undefined;
  const [, told] = /\bDAMAGED: (.*)/.exec(errors) ?? [];
  if (told !== undefined) return damaged(program, told);
  const [line] =
    errors.split("\n").filter((each) => /\bsyntax ?error\b/i.test(each)) ?? [];
  const isItself = errors.includes(program.file) && line !== undefined;
  return isItself
    ? damaged(program, `its own first lines do not parse: ${line.trim()}`)
    : undefined;
}

function damageOf(
  { runner, relay }: Program,
  text: string,
  size: number,
): string | undefined {
  if (size === 0) return "it is empty";
  const cut = `it ends after ${size} bytes, before the program does`;
  const isBegun = HEADS.some((head) => head.startsWith(text.trimEnd()));
  if (isBegun && text.length >= LEAST) return cut;
  if (runner === "built") return damageOfBuilt(text, size);
  return relay !== undefined && !isWholeRelay(text) ? cut : undefined;
}

function damageOfBuilt(text: string, size: number): string | undefined {
  const found = readContents(text);
  if (found === undefined) {
    return `it ends after ${size} bytes, within its first lines`;
  }
  const { contents, start } = found;
  const expected = expectedLength(contents, start);
  if (text.length !== expected) {
    return `it has ${text.length} characters, and ${expected} when it was built`;
  }
  const altered = contents.parts.find(
    ({ name }) => !findPart(text, contents, start, name)?.isWhole(),
  );
  return altered && `its part ${altered.name} was altered after it was built`;
}

function damaged({ file, relay }: Program, what: string): Found {
  const isInstalled = relay?.isBuilt === false;
  return {
    code: "FILE_DAMAGED",
    where: file,
    what,
    repair: isInstalled
      ? "make it again: tsgi init --resident, or tsgi-cgi --resident"
      : `upload it again, in binary mode; ls -l ${quoted(basename(file))} shows the same size on both sides then, unless disk or quota are full`,
  };
}

/** Without what an upload as text, or an editor, has put before and between: that is found elsewhere. */
function unixText(raw: string): string {
  const text = raw.replace(/^(?:\xef\xbb\xbf)?\s*#!/, "#!");
  const isConverted = text[text.indexOf("\n") - 1] === "\r";
  return isConverted ? text.replaceAll("\r\n", "\n") : text;
}
