// Programs that a web server starts for each request.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { CHECKOUT, freshFolder } from "../harness/folder.ts";
import { ENVIRONMENT, find } from "../harness/program.ts";
import { built, CONTENDERS } from "./contender.ts";

/** One way to say hello. */
export interface CgiProgram {
  readonly name: string;
  readonly needs: readonly string[];
  /** Variables it needs besides those of the request. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it says hello at all. */
  readonly isEmpty?: boolean;
  argv(): readonly string[];
}

const FOLDER = join(CONTENDERS, "cgi");
const TSGI = join(CHECKOUT, "bin/tsgi");
const PHP = join(CONTENDERS, "programs/hello.php");
/** The same seed for all: Node searches for it at random, which takes up to a third of a start. */
const SEED = "--hash-seed=2";

/** Those on Node. The first one is what all are compared with. */
export function nodePrograms(node: string): readonly CgiProgram[] {
  const stub = join(CHECKOUT, "bin/tsgi-cgi");
  const bundle = built("tsgi-cgi.cjs");
  const adapters = built("adapters/index.js");
  const ours = (
    name: string,
    file: string,
    ...needs: string[]
  ): CgiProgram => ({
    name: `tsgi-cgi, ${name}`,
    needs: [bundle, ...needs],
    argv: () => [node, SEED, stub, join(FOLDER, file)],
  });
  const plain = (name: string, file: string): CgiProgram => ({
    name,
    needs: [bundle],
    argv: () => [node, SEED, join(FOLDER, file)],
  });
  return [
    { ...plain("node, an empty file", "empty.cjs"), isEmpty: true, needs: [] },
    ours("CommonJS", "hello.cjs"),
    ours("ES module", "hello.mjs"),
    plain("tsgi/cgi, CommonJS", "serve.cjs"),
    plain("tsgi/cgi, ES module", "serve.mjs"),
    ours("(req, res)", "listener.cjs"),
    ours("fetch", "fetch.cjs"),
    ours("Express", "express.cjs", adapters),
    oneFile(node, "CommonJS", "hello.cjs"),
    oneFile(node, "Hono", "hono.mjs"),
    oneFile(node, "Express", "express.cjs"),
    {
      ...oneFile(node, "Express", "express.cjs"),
      name: "tsgi build, Express, no code cache",
      env: { TSGI_CODE_CACHE: "off" },
    },
    throughShell(node),
  ];
}

const files = new Map<string, string>();

/** What `tsgi build` makes of a program. */
function builtFile(file: string, ...args: readonly string[]): string {
  const key = [file, ...args].join(" ");
  const known = files.get(key);
  if (known !== undefined) return known;
  const output = join(freshFolder("built"), "app.cgi");
  execFileSync(
    process.execPath,
    [TSGI, "build", ...args, "-o", output, join(FOLDER, file)],
    { env: ENVIRONMENT },
  );
  files.set(key, output);
  return output;
}

/** As the first lines of the file start Node, and without what they take: see {@link throughShell}. */
function oneFile(node: string, name: string, file: string): CgiProgram {
  return {
    name: `tsgi build, ${name}`,
    needs: [built("built-cgi.cjs")],
    argv: () => [node, SEED, "-r", builtFile(file), "/dev/null"],
  };
}

/** The file as a web server starts it: env, a shell, Node; which has a random seed then. */
function throughShell(node: string): CgiProgram {
  return {
    ...oneFile(node, "CommonJS, env and shell", "hello.cjs"),
    argv: () => [builtFile("hello.cjs", "--node", node)],
  };
}

/** Those in other languages. */
export const otherPrograms: readonly CgiProgram[] = [
  {
    name: "Perl",
    needs: ["perl"],
    argv: () => [find("perl") ?? "", join(FOLDER, "hello.pl")],
  },
  {
    name: "Python, wsgiref",
    needs: ["python3"],
    argv: () => [find("python3") ?? "", join(FOLDER, "hello.py")],
  },
  {
    name: "php-cgi",
    needs: ["php-cgi"],
    env: { REDIRECT_STATUS: "200", SCRIPT_FILENAME: PHP },
    argv: () => [find("php-cgi") ?? ""],
  },
  { name: "C", needs: ["gcc"], argv: () => [compiled()] },
];

let program: string | undefined;

function compiled(): string {
  if (program !== undefined) return program;
  program = join(freshFolder("cgi"), "hello");
  const args = ["-O2", "-o", program, join(FOLDER, "hello.c")];
  execFileSync(find("gcc") ?? "", args, { env: ENVIRONMENT });
  return program;
}
