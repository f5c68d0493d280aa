// Metadata that tsc writes for decorators, and esbuild does not: what injects by the types of parameters
// gets undefined without it, when it runs.
import { dirname, join, resolve } from "node:path";
import type { Finding, SourceFile } from "./findings.ts";
import { packageOf } from "./packages.ts";

/** The text of a file; undefined where there is none. */
export type ReadFile = (path: string) => string | undefined;

const TYPESCRIPT = /\.[cm]?tsx?$/;
const DECORATOR = /^\s*@[A-Za-z_$][\w$.]*(?:\(|\s|$)/m;
const ASKED_FOR = /"emitDecoratorMetadata"\s*:\s*(true|false)/;
const EXTENDS = /"extends"\s*:\s*"(\.[^"]*)"/;
/** A chain that is longer leads back to itself. */
const MOST_CONFIGS = 16;

const WHAT =
  "has decorators, and emitDecoratorMetadata is on, which esbuild knows nothing of: what injects by the types of parameters, as NestJS does, gets undefined; name what is injected, as in @Inject(Service), or compile with tsc first and build the JavaScript";

/** Files of the application that count on it. @param root the folder their paths begin at */
export function decoratorMetadataIn(
  files: readonly SourceFile[],
  root: string,
  read: ReadFile,
): readonly Finding[] {
  return files
    .filter(({ path }) => packageOf(path) === undefined)
    .filter(({ path }) => TYPESCRIPT.test(path))
    .filter(({ text }) => DECORATOR.test(text))
    .filter(({ path }) => isAskedFor(resolve(root, path), read))
    .map(({ path }) => ({ where: path, what: WHAT }));
}

/** By the nearest tsconfig.json, as esbuild takes it, and what that extends. */
function isAskedFor(file: string, read: ReadFile): boolean {
  let config = nearestConfig(dirname(file), read);
  for (let count = 0; config && count < MOST_CONFIGS; count++) {
    const text = withoutComments(read(config) ?? "");
    const said = ASKED_FOR.exec(text)?.[1];
    if (said !== undefined) return said === "true";
    const base = EXTENDS.exec(text)?.[1];
    if (base === undefined) return false;
    const path = resolve(dirname(config), base);
    config = path.endsWith(".json") ? path : `${path}.json`;
  }
  return false;
}

function nearestConfig(folder: string, read: ReadFile): string | undefined {
  const config = join(folder, "tsconfig.json");
  if (read(config) !== undefined) return config;
  const above = dirname(folder);
  return above === folder ? undefined : nearestConfig(above, read);
}

/** Strings stay as they are: paths in them have what looks like a comment. */
function withoutComments(text: string): string {
  return text.replace(
    /("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (_, string = "") => string,
  );
}
