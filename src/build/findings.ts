// What may go wrong in a built file although it worked where it was built: code that looks for files
// which are not in it. It is told by how the source is written, so it may be wrong, and says so.
import { importedNames } from "./imported-names.ts";
import { packageOf } from "./packages.ts";

/** Something to look at before the file is uploaded. */
export interface Finding {
  /** `"src/app.ts:12"`, or the name of a package. */
  readonly where: string;
  /** What is there, and what to do about it. */
  readonly what: string;
}

/** A file that went into the bundle. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

interface Pattern {
  /** In a line; of calls that others have a name for, too, in a line of a file which is this text. */
  readonly shows: RegExp | ((text: string) => RegExp);
  readonly what: string;
}

/** What is called for what it does, by whatever has it, and what is too short a name for that. */
interface Calls {
  readonly modules: readonly string[];
  /** What the modules are mostly called, however they came. */
  readonly usual: readonly string[];
  readonly telling: readonly string[];
  readonly short: readonly string[];
}

const READING: Calls = {
  modules: ["fs", "fs/promises", "fs-extra", "graceful-fs"],
  usual: ["fs", "fsp", "fsPromises", "promises"],
  telling: [
    ...["readFile", "readFileSync", "createReadStream", "openSync"],
    ...["readdir", "readdirSync", "existsSync"],
  ],
  short: ["open"],
};
const FORKING: Calls = {
  modules: ["child_process", "cluster"],
  usual: ["child_process", "childProcess", "cluster"],
  telling: [],
  short: ["fork"],
};
const RELATIVE =
  /\s*\(\s*(?:(?:path\.)?(?:join|resolve)\(\s*)?(?:["'`](?![/$"'`]|\w+:)|process\.cwd\(\))/;

/** In the application's own files. */
const OWN: readonly Pattern[] = [
  {
    shows:
      /\b(?:readFile(?:Sync)?|createReadStream|openSync|readdir(?:Sync)?|sendFile|serveStatic|sendfile)\s*\([^)\n]*(?:__dirname|__filename|import\.meta\.(?:url|dirname|filename))/,
    what: "reads a file by where the code is, which is the folder of the built file there; copy what it reads to the same place beside that, or import it",
  },
  {
    shows: (text) => new RegExp(callOf(READING, text) + RELATIVE.source),
    what: "reads a file by a relative path, which begins at the folder of the built file there; copy what it reads to the same place beside that, or import it",
  },
  {
    shows:
      /\b(?:express\.static|serveStatic|fastifyStatic)\s*\(|\bset\(\s*["']views["']/,
    what: "serves or renders a folder of files, which are not in the built file; copy the folder, and mind that relative paths begin at the built file's folder",
  },
  {
    shows: (text) =>
      new RegExp(`\\bnew\\s+Worker\\s*\\(|${callOf(FORKING, text)}\\s*\\(`),
    what: "starts another program of its own, which is not in the built file; copy that beside it",
  },
  {
    shows: /(?:__dirname|import\.meta\.(?:url|dirname))/,
    what: "asks where its code is; in the built file that is the folder of that file",
  },
  {
    shows: /\bprocess\.cwd\(\)/,
    what: "asks for the working directory; in the built file that is the folder of that file",
  },
  {
    shows: /\b(?:import|require)\(\s*(?:[A-Za-z_$`])/,
    what: "imports by a name that is only known when it runs; what it imports is not in the built file",
  },
];

const LEAVE_OUT =
  "install it on the server with npm, beside the built file, or choose one in plain JavaScript";
const LOADS_ADDON = `loads a module compiled for a platform; ${LEAVE_OUT}`;

/** Packages that are known to look for files of theirs, or to be more than JavaScript. */
const PACKAGES: Readonly<Record<string, string>> = {
  bindings: LOADS_ADDON,
  "node-gyp-build": LOADS_ADDON,
  "@mapbox/node-pre-gyp": LOADS_ADDON,
  "@prisma/client": `has an engine and a schema beside its code; ${LEAVE_OUT}`,
  dotenv:
    "reads .env in the folder of the built file, which is served; use --env-file with a full path outside of that instead",
  puppeteer: `starts a browser; ${LEAVE_OUT}`,
  "thread-stream": `starts a thread from a file of its own where a transport of pino asks for it; ${LEAVE_OUT}`,
};

/** Of a package a hint for each of its lines would be too much, and where it is no help. */
const READS = /\b(?:readFile(?:Sync)?|createReadStream|openSync)\s*\(/;
const KNOWS_ITS_PLACE =
  /\b__dirname\b|\bdirname\(__filename\b|\bimport\.meta\.(?:url|dirname)/;
const READS_ITS_OWN =
  "seems to read files by where its code is, which is the folder of the built file there; copy them to beside that, where it cannot do without";

/**
 * What to look at in these files.
 *
 * @param addons modules for a platform, by their paths
 * @param natives packages with such modules
 */
export function findingsIn(
  files: readonly SourceFile[],
  addons: readonly string[],
  natives: readonly string[] = [],
): readonly Finding[] {
  const findings: Finding[] = [];
  const packages = new Map<string, string>();
  for (const { path, text } of files) {
    const name = packageOf(path);
    if (name === undefined) findings.push(...ownFindings(path, text));
    else if (Object.hasOwn(PACKAGES, name)) {
      packages.set(name, PACKAGES[name] as string);
    } else if (!packages.has(name) && readsItsOwn(text)) {
      packages.set(name, READS_ITS_OWN);
    }
  }
  for (const name of natives) {
    if (!Object.hasOwn(PACKAGES, name)) packages.set(name, LOADS_ADDON);
  }
  for (const [where, what] of packages) findings.push({ where, what });
  for (const addon of addons) {
    const what = `is compiled for a platform, and stays outside of the built file; ${LEAVE_OUT}`;
    findings.push({ where: addon, what });
  }
  return findings;
}

function readsItsOwn(text: string): boolean {
  const code = text.split("\n").filter((line) => !COMMENT.test(line));
  return [READS, KNOWS_ITS_PLACE].every((shows) =>
    code.some((line) => shows.test(line)),
  );
}

const COMMENT = /^\s*(?:\/\/|\*|\/\*)/;

/** The first pattern a line shows says most about it. */
function ownFindings(path: string, text: string): readonly Finding[] {
  const patterns = OWN.map(({ shows, what }) => ({
    shows: shows instanceof RegExp ? shows : shows(text),
    what,
  }));
  return text.split("\n").flatMap((line, index) => {
    if (COMMENT.test(line)) return [];
    const found = patterns.find(({ shows }) => shows.test(line));
    return found ? [{ where: `${path}:${index + 1}`, what: found.what }] : [];
  });
}

/** The source of a pattern for them: of a module, or alone; `db.open()` is another thing, and so is `open()` of a package. */
function callOf(
  { modules, usual, telling, short }: Calls,
  text: string,
): string {
  const names = importedNames(text, modules);
  const locals = [...telling, ...short].flatMap(
    (name) => names.exports.get(name) ?? [],
  );
  const ids = modules.map((id) => `(?:node:)?${id}`);
  const module = [
    `\\b(?:require|import)\\(\\s*["'](?:${ids.join("|")})["']\\s*\\)\\)?`,
    `(?<![\\w$])(?:${anyOf([...usual, ...names.modules])})`,
  ];
  const calls = [
    `(?:${module.join("|")})(?:\\.promises)?\\.(?:${anyOf([...telling, ...short])})`,
  ];
  const alone = [...telling, ...locals];
  // Not of anything, but for `...readFileSync()`.
  if (alone.length > 0) {
    calls.push(`(?<![\\w$#]|(?:^|[^.])\\.)(?:${anyOf(alone)})`);
  }
  return `(?:${calls.join("|")})`;
}

function anyOf(names: readonly string[]): string {
  return names.map((name) => name.replaceAll("$", "\\$")).join("|");
}
