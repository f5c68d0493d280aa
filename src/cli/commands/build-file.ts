// What `tsgi build` does: reads, bundles, writes, and tells.
import {
  chmodSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, extname, resolve } from "node:path";
import {
  type Bundle,
  bundle,
  type Esbuild,
  projectOf,
} from "../../build/bundle.ts";
import { compose } from "../../build/compose.ts";
import { decoratorMetadataIn } from "../../build/decorator-metadata.ts";
import { findingsIn } from "../../build/findings.ts";
import { nativePackages } from "../../build/native-packages.ts";
import { packagesIn } from "../../build/packages.ts";
import { type Parser, scriptsIn } from "../../build/plain-script.ts";
import { type BuildReport, reportText } from "../../build/report.ts";
import { stateIn } from "../../build/state.ts";
import { TsgiError } from "../../common/errors.ts";
import { UsageError } from "../exit-codes.ts";
import { locateExport } from "../loading/load.ts";
import type { Given } from "../options/arguments.ts";
import { type Setting, valuesOf } from "../options/config.ts";
import { fileKey, type Option } from "../options/option.ts";
import type { OptionType } from "../options/option-types.ts";
import { packageVersion } from "../package-version.ts";
import { startOf } from "../serving/resident-preamble.ts";
import { checkPrograms, optionsInside } from "./build-options.ts";

/** What to build, and how. */
export interface BuildPlan {
  readonly application: string;
  readonly output: string | undefined;
  /** Path of Node where the file will be. */
  readonly node: string | undefined;
  /** A folder, or `"off"`. */
  readonly codeCache: string | undefined;
  readonly withMap: boolean;
  /** The options that may go into the file, and those which do. */
  readonly options: readonly Option[];
  readonly given: Given;
  /** Whether to tell all about what is in it. */
  readonly isDetailed: boolean;
}

/** Executable for all: web servers run as somebody else; writable for the owner, as suEXEC demands. */
const PROGRAM_MODE = 0o755;
/** What a built file has of ours, by the names it is required by. */
const RUNNER: readonly string[] = [
  "built-cgi",
  "tsgi-cgi-recognise",
  "tsgi-cgi-light-fetch",
  "tsgi-cgi-options",
  "tsgi-cgi-misshapen",
  "tsgi-cgi-validator",
  "built-keep-code",
  "built-fcgi",
];

/**
 * Writes the file, and returns what to tell about it.
 *
 * @throws {TsgiError} `LOAD` for an application that cannot be built, `CONFIG` where esbuild is missing
 */
export async function build(plan: BuildPlan): Promise<string> {
  const { file, name } = locateExport(plan.application);
  const output = plan.output ?? resolve(`${basename(file, extname(file))}.cgi`);
  if (output === file) {
    throw new UsageError(
      `Cannot write ${output}: it is the application itself; name another file with -o`,
    );
  }
  const settings = optionsInside(plan.options, plan.given);
  const values = valuesOf(settings);
  checkPrograms(plan.node, values.residentPerl);
  const root = projectOf(file, existsSync);
  const tool = await esbuild();
  const bundled = await bundle(tool, file, root, plan.withMap);
  const { code, map, awaits, licences } = bundled;
  const start = startOf(values, packageVersion(), plan.node);
  const text = compose({
    runner: await runner(tool),
    code,
    map,
    licences,
    preamble: start.preamble,
    contents: {
      version: packageVersion(),
      ...(name !== undefined && { name }),
      ...(awaits && { awaits }),
      ...((await imports(tool, code)) && { imports: true }),
      ...(/\b__fileUrl\b/.test(code) && { url: true }),
      ...(plan.codeCache !== undefined && { cache: plan.codeCache }),
      values: { ...values },
      config: Object.fromEntries(settings.map(inJson)),
    },
  });
  write(output, text);
  const report = await reportOn(tool, output, text.length, root, bundled);
  const needed = (values.envFile ?? []).map(
    (path) =>
      `${path} is read at each start: it has to be on the web server's machine, outside of the served folder, with mode 600 where programs run as you`,
  );
  const lines = start.warning ? [...needed, start.warning] : needed;
  return [reportText(report, plan.isDetailed), ...lines.map(asLine)].join("");
}

function asLine(text: string): string {
  return `${text}\n`;
}

/** As it would stand in a file of --config. */
function inJson({ option, value }: Setting): readonly [string, unknown] {
  const type = option.type as OptionType<unknown>;
  const isPlain = type.isList || type.placeholder === undefined;
  return [fileKey(option), isPlain ? value : type.format(value)];
}

async function esbuild(): Promise<Esbuild> {
  try {
    return await import("esbuild");
  } catch (cause) {
    throw new TsgiError(
      "CONFIG",
      "Cannot build: the package esbuild is not installed; npm install --save-dev esbuild",
      { cause },
    );
  }
}

/** Undefined where it is not installed. */
async function parser(): Promise<Parser | undefined> {
  try {
    const { parse } = await import("acorn");
    const { analyze } = await import("eslint-scope");
    return { parse, analyze };
  } catch {
    return undefined;
  }
}

/** Whether it calls import() by itself; comments are full of types that look like it. */
async function imports(tool: Esbuild, code: string): Promise<boolean> {
  const { code: bare } = await tool.transform(code, {
    minifyWhitespace: true,
    legalComments: "none",
  });
  return /\bimport\(/.test(bare);
}

/** Without blanks and comments, since Node reads over all of the file at each start. */
async function runner(tool: Esbuild): Promise<ReadonlyMap<string, string>> {
  const text = async (name: string): Promise<string> => {
    const file = new URL(`../../${name}`, import.meta.url);
    const { code } = await tool.transform(readFileSync(file, "utf8"), {
      minifyWhitespace: true,
      legalComments: "none",
      charset: "ascii",
    });
    return code.trimEnd();
  };
  const parts = new Map([["boot", await text("built-boot.js")]]);
  for (const name of RUNNER) {
    parts.set(`./${name}.cjs`, await text(`${name}.cjs`));
  }
  return parts;
}

/** At once: the web server may be starting it. */
function write(path: string, text: string): void {
  const temporary = `${path}.${process.pid}`;
  try {
    writeFileSync(temporary, text, { flag: "wx" });
    chmodSync(temporary, PROGRAM_MODE);
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw new TsgiError("CONFIG", `Cannot write ${path}: ${why(cause)}`);
  }
}

function why(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === "ENOENT") return "there is no such folder";
  if (code === "EACCES") return "this user may not write there";
  return message;
}

async function reportOn(
  tool: Esbuild,
  output: string,
  bytes: number,
  root: string,
  { metafile, addons, warnings }: Bundle,
): Promise<BuildReport> {
  const paths = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((path) => inputs[path]?.bytesInOutput),
  );
  const files = paths.map((path) => ({
    path,
    text: textOf(resolve(root, path)) ?? "",
  }));
  const { transform } = tool;
  const parts = await parser();
  return {
    output,
    bytes,
    packages: packagesIn(metafile),
    findings: [
      ...findingsIn(files, addons, nativePackages(files, root, textOf)),
      ...decoratorMetadataIn(files, root, textOf),
    ],
    state:
      parts && stateIn(await scriptsIn({ transform, ...parts }, files), files),
    warnings,
  };
}

/** Undefined for what is no file, such as a module that is left out for browsers. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
