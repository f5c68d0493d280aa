// Puts a built file together: the shell's lines, the first JavaScript, and the parts.
import { createHash } from "node:crypto";
import { type Contents, containerText, pack } from "../built/container.ts";
import { asciiSource } from "./ascii-source.ts";
import { LENGTH } from "./preamble.ts";

/** What goes into a built file. */
export interface Ingredients {
  /** All that the runner consists of, by the names it is required by; `boot` runs first. */
  readonly runner: ReadonlyMap<string, string>;
  readonly code: string;
  /** The source map. */
  readonly map: string | undefined;
  readonly licences: string;
  /** What stands in front of the JavaScript, and starts it. */
  readonly preamble: string;
  readonly contents: Omit<Contents, "id" | "parts">;
}

/** Characters of the hash that names a build. */
const ID_LENGTH = 16;
/** Parts a start needs are read as they are; the others are compressed. */
const READ_AT_START =
  /^\.\/(?:built-cgi|tsgi-cgi-(?:recognise|options|light-fetch))\.cjs$/;

/** The text of the file, all ASCII. */
export function compose(given: Ingredients): string {
  const { runner, code, map, licences, contents } = given;
  const boot = runner.get("boot") ?? "";
  const parts = [
    { name: "app", text: code },
    ...[...runner]
      .filter(([name]) => name !== "boot")
      .map(([name, text]) => part(name, text)),
    ...(map === undefined ? [] : [packed("map", map)]),
    ...(licences === "" ? [] : [packed("licences", licences)]),
  ];
  const id = createHash("sha256")
    .update(JSON.stringify([boot, contents, parts]))
    .digest("hex")
    .slice(0, ID_LENGTH);
  const { preamble } = given;
  const rest = `${boot.trimEnd()}${containerText({ id, ...contents }, parts)}`;
  const length = String(preamble.length + rest.length).padStart(LENGTH.length);
  return `${preamble.replaceAll(LENGTH, length)}${rest}`;
}

interface Part {
  readonly name: string;
  readonly text: string;
  readonly packed?: true;
}

function part(name: string, text: string): Part {
  return READ_AT_START.test(name)
    ? { name, text: asciiSource(text) }
    : packed(name, text);
}

function packed(name: string, text: string): Part {
  return { name, text: pack(text), packed: true };
}
