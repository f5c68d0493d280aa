// Source as JavaScript in the form esbuild prints it: without types, comments and JSX.
import { SourceMap } from "node:module";
import type { Loader } from "esbuild";
import type { Esbuild } from "./bundle.ts";
import type { SourceFile } from "./findings.ts";
import { packageOf } from "./packages.ts";
import { type Token, tokensOf } from "./tokens.ts";

/** A file taken apart. */
export interface Script {
  readonly path: string;
  readonly tokens: readonly Token[];
  /** The line of the file, from 1, that a token comes from. */
  lineOf(token: Token): number;
}

/** The application's own files, as far as they are JavaScript or what becomes it. */
export async function scriptsIn(
  tool: Pick<Esbuild, "transform">,
  files: readonly SourceFile[],
): Promise<readonly Script[]> {
  const own = files.filter(({ path }) => packageOf(path) === undefined);
  const scripts = await Promise.all(own.map((file) => scriptOf(tool, file)));
  return scripts.filter((script) => script !== undefined);
}

async function scriptOf(
  { transform }: Pick<Esbuild, "transform">,
  { path, text }: SourceFile,
): Promise<Script | undefined> {
  const [, ending] = /\.[cm]?([jt]sx?|f?cgi)$/.exec(path) ?? [];
  if (ending === undefined) return undefined;
  const loader = (ending.endsWith("cgi") ? "ts" : ending) as Loader;
  try {
    const { code, map } = await transform(text, {
      loader,
      sourcemap: "external",
      legalComments: "none",
      logLevel: "silent",
    });
    const origin = new SourceMap(JSON.parse(map));
    return {
      path,
      tokens: tokensOf(code),
      lineOf({ line, column }) {
        const found = origin.findEntry(line, column);
        return "originalLine" in found ? found.originalLine + 1 : line + 1;
      },
    };
  } catch {
    // What can be bundled can be printed, but a look at it is not worth failing for.
    return undefined;
  }
}
