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
  ];
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
