// Builds dist/: ES modules with types, and the CGI entries as one CommonJS file each.
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";

process.chdir(new URL("..", import.meta.url).pathname);
rmSync("dist", { recursive: true, force: true });
execFileSync(
  process.execPath,
  ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"],
  { stdio: "inherit" },
);

// One file each: every further one costs a CGI start two percent of bare Node.
const cgi = {
  bundle: true,
  format: "cjs",
  platform: "node",
  target: "node20.19",
  packages: "external",
  legalComments: "none",
};
await build({
  ...cgi,
  entryPoints: ["src/cgi/index.ts"],
  outfile: "dist/cgi.cjs",
});
await build({
  ...cgi,
  entryPoints: ["src/cli/tsgi-cgi.ts"],
  outfile: "dist/tsgi-cgi.cjs",
});

const types = await rollup({
  input: "dist/cgi/index.d.ts",
  external: [/^node:/],
  plugins: [dts()],
});
const { output } = await types.generate({ format: "es" });
writeFileSync("dist/cgi.d.cts", output[0].code);
