// The quick facts, in under a minute: format and lint, types, architecture, package.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";

process.chdir(new URL("..", import.meta.url).pathname);
if (!existsSync("dist/tsgi-cgi.cjs"))
  await run("build", "npm", ["run", "-s", "build"]);

const results = await Promise.all([
  run("format and lint", "npx", ["biome", "ci", "--colors=off", "."]),
  run("types", "npx", ["tsc", "-p", "."]),
  run("architecture", "node", [
    "scripts/test.mjs",
    "test/architecture.test.ts",
  ]),
  run("API reference", "node", ["scripts/docs.mjs", "--check"]),
  run("pages of codes and options", "node", [
    "--import",
    "tsx",
    "scripts/pages.ts",
    "--check",
  ]),
  run("publint", "npx", ["publint", "--strict"]),
  // The package is ES modules, which require() loads on every Node it supports (20.19 and later).
  run("types of the package", "npx", [
    "attw",
    "--pack",
    ".",
    "--quiet",
    "--profile=node16",
    "--ignore-rules=cjs-resolves-to-esm",
  ]),
]);
process.exitCode = results.every(Boolean) ? 0 : 1;

/** Runs a step; prints its output only when it fails. */
function run(name, command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (text) => (output += text));
    child.stderr.on("data", (text) => (output += text));
    child.on("close", (status) => {
      if (status === 0) console.log(`ok    ${name}`);
      else console.log(`FAIL  ${name}\n${output}`);
      resolve(status === 0);
    });
  });
}
