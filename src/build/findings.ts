// What may go wrong in a built file although it worked where it was built: code that looks for files
// which are not in it. It is told by how the source is written, so it may be wrong, and says so.
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
  readonly shows: RegExp;
  readonly what: string;
}

/** In the application's own files. */
const OWN: readonly Pattern[] = [
  {
    shows:
      /\b(?:readFile(?:Sync)?|createReadStream|openSync|readdir(?:Sync)?|sendFile|serveStatic|sendfile)\s*\([^)\n]*(?:__dirname|__filename|import\.meta\.(?:url|dirname|filename))/,
    what: "reads a file by where the code is, which is the folder of the built file there; copy what it reads to the same place beside that, or import it",
  },
  {
    shows:
      /\b(?:express\.static|serveStatic|fastifyStatic)\s*\(|\bset\(\s*["']views["']/,
    what: "serves or renders a folder of files, which are not in the built file; copy the folder, and mind that relative paths begin at the built file's folder",
  },
  {
    shows: /\bnew\s+Worker\s*\(|\b(?:fork|cluster\.fork)\s*\(/,
    what: "starts another program of its own, which is not in the built file; copy that beside it",
  },
  {
    shows: /(?:__dirname|import\.meta\.(?:url|dirname))/,
    what: "asks where its code is; in the built file that is the folder of that file",
  },
  {
    shows: /\b(?:import|require)\(\s*(?:[A-Za-z_$`])/,
    what: "imports by a name that is only known when it runs; what it imports is not in the built file",
  },
];

/** Packages that are known to look for files of theirs, or to be more than JavaScript. */
const PACKAGES: Readonly<Record<string, string>> = {
  bindings: "loads a module compiled for a platform",
  "node-gyp-build": "loads a module compiled for a platform",
  "@mapbox/node-pre-gyp": "loads a module compiled for a platform",
  "@prisma/client": "has an engine and a schema beside its code",
  puppeteer: "starts a browser",
  "thread-stream":
    "starts a thread from a file of its own where a transport of pino asks for it",
};
const LEAVE_OUT =
  "install it on the server with npm, beside the built file, or choose one in plain JavaScript";

/** What to look at in these files. @param addons modules for a platform, by their paths */
export function findingsIn(
  files: readonly SourceFile[],
  addons: readonly string[],
): readonly Finding[] {
  const findings: Finding[] = [];
  for (const { path, text } of files) {
    if (packageOf(path) === undefined)
      findings.push(...ownFindings(path, text));
  }
  const packages = new Set(files.map(({ path }) => packageOf(path)));
  for (const [name, does] of Object.entries(PACKAGES)) {
    if (!packages.has(name)) continue;
    findings.push({ where: name, what: `${does}; ${LEAVE_OUT}` });
  }
  for (const addon of addons) {
    const what = `is compiled for a platform, and stays outside of the built file; ${LEAVE_OUT}`;
    findings.push({ where: addon, what });
  }
  return findings;
}

/** The first pattern a line shows says most about it. */
function ownFindings(path: string, text: string): readonly Finding[] {
  return text.split("\n").flatMap((line, index) => {
    if (/^\s*(?:\/\/|\*)/.test(line)) return [];
    const found = OWN.find(({ shows }) => shows.test(line));
    return found ? [{ where: `${path}:${index + 1}`, what: found.what }] : [];
  });
}
