// npm run bench:micro [-- NAME…]: each file in a process of its own, bundled as users get it: what
// runs TypeScript directly leaves helpers in the code that are not free.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { CHECKOUT } from "../harness/folder.ts";
import { ENVIRONMENT } from "../harness/program.ts";

/** Inside of the checkout, so that packages are found. */
const OUTPUT = join(CHECKOUT, "node_modules/.cache/tsgi-bench");
const OTHERS = ["measure.ts", "run-all.ts", "request.ts"];

const wanted = process.argv.slice(2);
const names = readdirSync(import.meta.dirname)
  .filter((name) => !OTHERS.includes(name))
  .map((name) => basename(name, ".ts"))
  .filter((name) => wanted.length === 0 || wanted.includes(name))
  .sort();

mkdirSync(OUTPUT, { recursive: true });
for (const name of names) {
  const outfile = join(OUTPUT, `${name}.mjs`);
  await build({
    entryPoints: [join(import.meta.dirname, `${name}.ts`)],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    packages: "external",
  });
  const rounds = process.env.BENCH_ROUNDS;
  const { status } = spawnSync(process.execPath, [outfile], {
    stdio: "inherit",
    env: { ...ENVIRONMENT, ...(rounds && { BENCH_ROUNDS: rounds }) },
  });
  if (status !== 0) process.exitCode = 1;
}
