// What a built file holds behind its first program: a line that says what there is, and a line for
// each part. All of them are comments of JavaScript, so that a file which was cut anywhere below
// still starts, and can say so.
import { checksum } from "./checksum.ts";

/** One of the parts. */
export interface PartEntry {
  readonly name: string;
  /** Characters, as it is in the file. */
  readonly length: number;
  /** Of these characters. */
  readonly sum: number;
  /** Whether it is compressed: what few requests need. */
  readonly packed?: true;
}

/** What the first line says. */
export interface Contents {
  /** Names this build: the beginning of a hash of all that is in it. */
  readonly id: string;
  /** The package's version. */
  readonly version: string;
  /** The export of the application; its default where there is none. */
  readonly name?: string;
  /** Whether the application awaits at its top level. */
  readonly awaits?: true;
  /** Whether it imports by names which are only known when it runs. */
  readonly imports?: true;
  /** Whether it asks for its own URL. */
  readonly url?: true;
  /** Options given to the build, by the library's names for their values. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The same, as a configuration file would have them. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Where to keep compiled code: a folder, or undefined for the usual one, or null for nowhere. */
  readonly cache?: string | null;
  readonly parts: readonly PartEntry[];
}

/** A part that was found. */
export interface FoundPart {
  readonly entry: PartEntry;
  /** As it is in the file. */
  readonly raw: string;
  /** Whether it is what it was when it was built. */
  isWhole(): boolean;
}

/** Stands where a line of a part ends, and nowhere else. */
const LINE_END = "\x01";
const START = "\n//tsgi ";

/** What {@link readContents} and {@link findPart} take apart. @throws {RangeError} for text that is not ASCII, or has control characters */
export function containerText(
  contents: Omit<Contents, "parts">,
  parts: readonly { name: string; text: string; packed?: true }[],
): string {
  const encoded = parts.map(({ name, text }) => encodePart(name, text));
  const entries = parts.map(({ name, packed }, index): PartEntry => {
    const text = encoded[index] as string;
    const entry = { name, length: text.length, sum: sumOf(text) };
    return packed ? { ...entry, packed } : entry;
  });
  const head = asciiJson({ ...contents, parts: entries });
  return `${START}${head}\n${encoded.map((text) => `//${text}\n`).join("")}`;
}

/** What is in the file, and where its parts begin; undefined where that line is not whole. */
export function readContents(
  file: string,
): { contents: Contents; start: number } | undefined {
  const begin = file.indexOf(START);
  const end = begin < 0 ? -1 : file.indexOf("\n", begin + START.length);
  if (end < 0) return undefined;
  try {
    const contents = JSON.parse(file.slice(begin + START.length, end));
    return { contents, start: end + 1 };
  } catch {
    return undefined;
  }
}

/** Characters the file has to have. */
export function expectedLength(contents: Contents, start: number): number {
  return contents.parts.reduce(
    (sum, { length }) => sum + length + FRAME,
    start,
  );
}

/** The part of that name. */
export function findPart(
  file: string,
  contents: Contents,
  start: number,
  name: string,
): FoundPart | undefined {
  let offset = start + PREFIX;
  for (const entry of contents.parts) {
    const { length, sum } = entry;
    if (entry.name === name) {
      const raw = file.slice(offset, offset + length);
      const isWhole = (): boolean => sumOf(raw) === sum;
      return { entry, raw, isWhole };
    }
    offset += length + FRAME;
  }
  return undefined;
}

/** The text that was put in. */
export function partText({ entry, raw }: FoundPart): string {
  if (entry.packed) return unpack(raw);
  return raw.includes(LINE_END) ? raw.split(LINE_END).join("\n") : raw;
}

/** A part's text for {@link containerText}, compressed. */
export function pack(text: string): string {
  const { brotliCompressSync } = process.getBuiltinModule("node:zlib");
  return brotliCompressSync(text).toString("base64");
}

const PREFIX = "//".length;
/** What a part has around it. */
const FRAME = PREFIX + "\n".length;

function sumOf(text: string): number {
  return checksum(Buffer.from(text, "latin1"));
}

function unpack(text: string): string {
  const { brotliDecompressSync } = process.getBuiltinModule("node:zlib");
  return brotliDecompressSync(Buffer.from(text, "base64")).toString();
}

function encodePart(name: string, text: string): string {
  const found = /[^\n\t\x20-\x7e]/.exec(text);
  if (found === null) return text.split("\n").join(LINE_END);
  const code = found[0].charCodeAt(0).toString(16);
  throw new RangeError(
    `Cannot put ${name} into a file: it has the character U+${code.padStart(4, "0")}`,
  );
}

function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (character) =>
      `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
