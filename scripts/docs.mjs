// Writes docs/api/, the reference of what the package exports, from the doc comments in src/.
// With --check it only tells whether that is up to date.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Application } from "typedoc";

process.chdir(new URL("..", import.meta.url).pathname);
const { exports: entries } = JSON.parse(readFileSync("package.json", "utf8"));
const modules = Object.keys(entries)
  .filter((entry) => !entry.endsWith(".json"))
  .map((entry) => entry.replace(/^\.\/?/, ""));
const made = mkdtempSync(
  join(process.argv.includes("--check") ? tmpdir() : ".", ".docs-"),
);
try {
  await generate(join(made, "api"));
  if (process.argv.includes("--check")) {
    execFileSync("diff", ["-rq", join(made, "api"), "docs/api"], {
      stdio: "inherit",
    });
  } else {
    rmSync("docs/api", { recursive: true, force: true });
    renameSync(join(made, "api"), "docs/api");
  }
} catch (error) {
  // diff and typedoc have said what is wrong.
  if (error.status === undefined) console.error(error.message);
  console.error("docs/api is not up to date: npm run docs writes it anew");
  process.exitCode = 1;
} finally {
  rmSync(made, { recursive: true, force: true });
}

async function generate(out) {
  const app = await Application.bootstrapWithPlugins({
    name: "TSGI: the API",
    tsconfig: "tsconfig.build.json",
    entryPoints: modules.map((name) => join("src", name, "index.ts")),
    plugin: ["typedoc-plugin-markdown"],
    out,
    outputFileStrategy: "modules",
    flattenOutputFiles: true,
    entryFileName: "README",
    readme: "none",
    disableSources: true,
    sortEntryPoints: false,
    excludePrivate: true,
    excludeInternal: true,
    hideBreadcrumbs: true,
    hidePageHeader: true,
    useCodeBlocks: true,
    parametersFormat: "table",
    interfacePropertiesFormat: "table",
    typeDeclarationFormat: "table",
    validation: { notExported: false, invalidLink: true },
    treatWarningsAsErrors: true,
    logLevel: "Warn",
  });
  const project = await app.convert();
  if (project === undefined) throw new Error("Cannot read the sources");
  for (const module of project.children ?? []) {
    module.name = module.name.replace(/\/?index$/, "");
    module.name = module.name === "" ? "tsgi" : `tsgi/${module.name}`;
  }
  await app.generateOutputs(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) {
    throw new Error("Cannot write the reference: see above");
  }
}
