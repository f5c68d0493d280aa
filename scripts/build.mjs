// Builds dist/: ES modules with types, and the CGI entries as one CommonJS file each.
import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";

/** Modules of tsgi-cgi with a bundle of their own: each 10 KB cost a start one percent. */
const RARE = [
  "cli/loading/import-module",
  "cli/loading/recognise",
  "cli/loading/misshapen",
  "cli/loading/load-typescript",
  "cli/options/tsgi-cgi-options",
  "cli/loading/validator",
  "adapters/light-fetch",
];

process.chdir(new URL("..", import.meta.url).pathname);
// Aside, so that the last build stays where this one fails, and is there while it goes on.
const folder = mkdtempSync(".build-");
const made = join(folder, "new");
try {
  execFileSync(
    process.execPath,
    [
      "node_modules/typescript/bin/tsc",
      "--project",
      "tsconfig.build.json",
      "--outDir",
      made,
    ],
    { stdio: "inherit" },
  );
  cpSync("src/resident/relay.pl", join(made, "resident/relay.pl"));
  await bundle("src/cgi/index.ts", "cgi.cjs");
  // To import the other one makes Node 20 start a parser of CommonJS in WebAssembly.
  await bundleModule("src/cgi/index.ts", "cgi.js");
  await bundle("src/cli/tsgi-cgi.ts", "tsgi-cgi.cjs", [
    { name: "help", setup: leaveHelpOutside },
    { name: "rare", setup: leaveRareOutside },
  ]);
  for (const path of [...RARE, "cli/loading/code-cache"]) {
    await bundle(`src/${path}.ts`, bundleOf(path));
  }
  await bundle("src/cli/loading/load-times.ts", "load-times.cjs");
  await bundle("src/cli/loading/built-times.ts", "built-times.cjs");
  await bundleBuilt();
  await bundleTypes("cgi/index.d.ts", "cgi.d.cts");
  await bundleUtilities();
  await bundleModule("src/adapters/index.ts", "adapters/index.js");
  moveAway("dist", join(folder, "old"));
  renameSync(made, "dist");
} catch (error) {
  // tsc has said what is wrong.
  if (error.status === undefined) console.error(error);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** One file each: every further one costs a CGI start two percent of bare Node. */
async function bundle(entry, name, plugins = []) {
  await build({
    entryPoints: [entry],
    outfile: join(made, name),
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20.19",
    packages: plugins.some(({ name }) => name === "everything")
      ? "bundle"
      : "external",
    legalComments: "none",
    define: { "import.meta.url": "__filename" },
    // Applications see the names of these classes.
    keepNames: name.endsWith("-light-fetch.cjs"),
    plugins,
  });
}

/** What a built file consists of, besides the application and the rare bundles. */
async function bundleBuilt() {
  const rare = [{ name: "rare", setup: leaveRareOutside }];
  await bundle("src/cli/built-cgi.ts", "built-cgi.cjs", rare);
  await bundle("src/built/keep-code.ts", "built-keep-code.cjs");
  await bundle("src/cli/built-fcgi.ts", "built-fcgi.cjs", [
    ...rare,
    { name: "everything", setup: takePackagesInside },
  ]);
  await build({
    entryPoints: ["src/built/boot.ts"],
    outfile: join(made, "built-boot.js"),
    bundle: true,
    minify: true,
    format: "iife",
    platform: "node",
    // Below what runs it, so that an old Node can say so; it knows no name with "node:".
    target: "node8",
    // No "use strict" is the first word then: the function Node makes of the file may be asked for.
    banner: { js: "const __self=arguments.callee;" },
    plugins: [{ name: "builtins", setup: nameBuiltinsAsBefore }],
  });
}

/** Nothing of this package is beside a built file. */
function takePackagesInside({ onLoad }) {
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  onLoad({ filter: /\/package-version\.ts$/ }, () => ({
    contents: `export const packageVersion = () => ${JSON.stringify(version)};`,
  }));
}

function nameBuiltinsAsBefore({ onResolve }) {
  onResolve({ filter: /^node:/ }, ({ path }) => ({
    path: path.slice("node:".length),
    external: true,
  }));
}

/** What only a terminal is shown stays beside the bundle, until it is asked for. */
function leaveHelpOutside({ onResolve }) {
  onResolve({ filter: /\/tsgi-cgi-help\.ts$/ }, () => ({
    path: "./cli/tsgi-cgi-help.js",
    external: true,
  }));
}

/** What few applications need is required where the source imports it. */
function leaveRareOutside({ onResolve, onLoad }) {
  const names = RARE.map((path) => basename(path));
  const filter = new RegExp(`/(?:${names.join("|")})\\.ts$`);
  const namespace = "rare";
  onResolve({ filter }, ({ path, kind }) =>
    kind === "import-statement" ? undefined : { path, namespace },
  );
  onResolve({ filter: /\.cjs$/, namespace }, ({ path }) => ({
    path,
    external: true,
  }));
  // Not by import(), which would start Node's loader of ES modules.
  onLoad({ filter, namespace }, ({ path }) => {
    const file = `./${bundleOf(path)}`;
    return { contents: `module.exports = require(${JSON.stringify(file)});` };
  });
}

function bundleOf(path) {
  const name = basename(path, ".ts");
  return name.startsWith("tsgi-cgi") ? `${name}.cjs` : `tsgi-cgi-${name}.cjs`;
}

/** One file for what applications import at each CGI start: twenty modules double its time. */
async function bundleModule(entry, name, footer = "") {
  const { outputFiles } = await build({
    entryPoints: [entry],
    write: false,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    footer: { js: footer },
  });
  writeFileSync(join(made, name), getBuiltins(outputFiles[0].text));
}

/** An import reads all exports of a builtin: those of node:http make Node 22 load a whole HTTP client. */
function getBuiltins(text) {
  return text.replace(
    /^import (\{.*?\}) from "(node:\w+)";$/gms,
    (_, names, id) =>
      `const ${names.replaceAll(" as ", ": ")} = process.getBuiltinModule("${id}");`,
  );
}

/** Cookie is in it, so that its license has to be. */
async function bundleUtilities() {
  const license = readFileSync("node_modules/cookie/LICENSE", "utf8");
  const footer = `/*! cookie (https://github.com/jshttp/cookie)\n${license}*/`;
  await bundleModule("src/index.ts", "index.js", footer);
}

async function bundleTypes(entry, name) {
  const types = await rollup({
    input: join(made, entry),
    external: [/^node:/],
    plugins: [dts()],
  });
  const { output } = await types.generate({ format: "es" });
  writeFileSync(join(made, name), output[0].code);
}

function moveAway(path, target) {
  try {
    renameSync(path, target);
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
}
