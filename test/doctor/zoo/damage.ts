import { readFileSync } from "node:fs";
import type { Case } from "./case.ts";
import type { Habitat, Home } from "./habitat.ts";

/** Changes the program's text. */
const changed = (change: (text: string) => string) => (habitat: Habitat) =>
  habitat.program(change(readFileSync(habitat.file, "latin1")));

/** Keeps what precedes `mark`, and some characters more. */
const cutAt = (mark: string, more = 0) =>
  changed((text) => {
    const at = text.indexOf(mark);
    if (at < 0) throw new Error(`the program has no ${mark}`);
    return text.slice(0, at + more);
  });

/** Where uploads were cut, from the first byte to the last. */
const CUTS: readonly (readonly [name: string, home: Home, Case["act"]])[] = [
  ["before its first byte", "built", changed(() => "")],
  ["in its first line", "built", changed((text) => text.slice(0, 20))],
  ["behind its first line", "built", cutAt("\n", 1)],
  ["in its second line", "built", cutAt("made by", 3)],
  ["in its shell script", "built", cutAt("command -v", 5)],
  ["behind its shell script", "built", cutAt("*/;")],
  ["in its first JavaScript", "built", cutAt("*/;", 1500)],
  ["in the list of its parts", "built", cutAt("//tsgi ", 40)],
  ["in a part", "built", changed((text) => text.slice(0, -5000))],
  ["at its last line", "built", changed((text) => text.slice(0, -2))],
  ["in its Perl", "built-relay", cutAt("sub relay", 100)],
  ["in its second half of Perl", "built-relay", cutAt("sub begin", 100)],
  ["in its JavaScript", "built-relay", cutAt("*/;", 1500)],
  ["in its Perl", "relay", cutAt("sub relay", 100)],
  ["in its last line", "relay", cutAt("# The end of the", 3)],
  ["before its first byte", "cgi", changed(() => "")],
];

export const damageCases: readonly Case[] = [
  ...CUTS.map(
    ([name, home, act]): Case => ({
      name: `the upload was cut ${name}`,
      home,
      code: "FILE_DAMAGED",
      act,
    }),
  ),
  {
    name: "the upload as text was cut, too",
    home: "built",
    code: "FILE_DAMAGED",
    act: changed((text) => text.replaceAll("\n", "\r\n").slice(0, 3000)),
  },
  {
    name: "an editor has changed the application in it",
    home: "built",
    code: "FILE_DAMAGED",
    act: changed((text) => text.replace("hello", "hallo")),
  },
  {
    name: "an editor has added a line",
    home: "built",
    code: "FILE_DAMAGED",
    act: changed((text) => `${text}\n`),
  },
  {
    name: "an editor has changed its first JavaScript",
    home: "built",
    code: "FILE_DAMAGED",
    act: changed((text) => text.replace("*/;", "*/;}")),
  },
  {
    name: "an editor has changed its shell script",
    home: "built",
    code: "FILE_DAMAGED",
    act: changed((text) => text.replace("run() {", "run( {")),
  },
  {
    name: "an editor has put a byte order mark before it",
    home: "built",
    code: "BOM_FIRST_LINE",
    act: changed((text) => `\xef\xbb\xbf${text}`),
    fixed: true,
  },
];
