// The package as users get it: packed, unpacked, with production dependencies only.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const project = mkdtempSync(join(tmpdir(), "tsgi-package-"));
const installed = join(project, "node_modules", "tsgi");

before(() => {
  run("npm", ["pack", "--silent", "--pack-destination", project], root);
  const [tarball] = readdirSync(project).filter((name) =>
    name.endsWith(".tgz"),
  );
  mkdirSync(installed, { recursive: true });
  run("tar", ["xzf", join(project, tarball as string), "-C", project], project);
  run("mv", [join(project, "package"), `${installed}-new`], project);
  run("mv", ["-T", `${installed}-new`, installed], project);
  for (const path of productionDependencies()) {
    const name = path.split("node_modules/").pop() as string;
    const target = join(project, "node_modules", name);
    mkdirSync(join(target, ".."), { recursive: true });
    if (!existsSync(target)) symlinkSync(path, target);
  }
});
after(() => rmSync(project, { recursive: true }));

test("the package holds what it needs, and no tests", () => {
  const names = readdirSync(installed).sort();
  assert.deepEqual(names, [
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "apache",
    "bin",
    "dist",
    "docs",
    "examples",
    "haproxy",
    "lighttpd",
    "nginx",
    "package.json",
    "systemd",
  ]);
  const files = readdirSync(installed, { recursive: true, encoding: "utf8" });
  assert.deepEqual(
    files.filter((name) => /\.test\.|\.tsbuildinfo$/.test(name)),
    [],
  );
});

const NAMES = {
  tsgi: ["TsgiError", "readBody", "parseCookies"],
  "tsgi/cgi": ["serve", "TsgiError"],
  "tsgi/fastcgi": ["serve"],
  "tsgi/adapters": [
    "fromNode",
    "fromFetch",
    "fromConnect",
    "toNode",
    "toFetch",
  ],
  "tsgi/middleware": ["compose", "accessLog", "staticFiles"],
  "tsgi/lint": ["lint", "LintError"],
  "tsgi/testing": ["client", "conformance"],
};

for (const [entry, names] of Object.entries(NAMES)) {
  test(`${entry} can be imported and required`, () => {
    const check = `for (const name of ${JSON.stringify(names)}) if (typeof found[name] !== "function") throw new Error(name + " is missing");`;
    const imported = node(
      `import * as found from ${JSON.stringify(entry)}; ${check}`,
      "mjs",
    );
    const required = node(
      `const found = require(${JSON.stringify(entry)}); ${check}`,
      "cjs",
    );
    assert.equal(imported, "");
    assert.equal(required, "");
  });
}

test("the commands start, and name their version", () => {
  const { version } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  );
  for (const name of ["tsgi", "tsgi-cgi", "tsgi-fcgi"]) {
    const command = join(installed, "bin", name);
    const output = run(process.execPath, [command, "--version"], project);
    assert.equal(output.trim(), version, name);
  }
});

test("an application of the package's user type-checks", () => {
  writeFileSync(
    join(project, "app.ts"),
    `import type { Application } from "tsgi";
import { serve } from "tsgi/fastcgi";
import { serve as serveCgi } from "tsgi/cgi";
export const application: Application = (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", environ.HTTP_ACCEPT ?? "text/plain"]]);
  // @ts-expect-error: there is no such variable
  environ.foo;
  return "x";
};
export const start = [() => serve(application, { listen: ["9000"] }), () => serveCgi(application)];
`,
  );
  const types = join(root, "node_modules", "@types");
  if (!existsSync(join(project, "node_modules", "@types"))) {
    symlinkSync(types, join(project, "node_modules", "@types"));
  }
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const options = [
    "--noEmit",
    "--strict",
    "--target",
    "es2023",
    "--types",
    "node",
  ];
  for (const kind of ["app.ts", "app.mts", "app.cts"]) {
    writeFileSync(join(project, kind), readFileSync(join(project, "app.ts")));
    run(
      process.execPath,
      [tsc, ...options, "--module", "nodenext", kind],
      project,
    );
  }
});

/** Runs a program of the package's user; its output, warnings of Node included. */
function node(source: string, extension: string): string {
  const file = join(project, `program.${extension}`);
  writeFileSync(file, source);
  return run(process.execPath, [file], project);
}

function run(command: string, args: readonly string[], cwd: string): string {
  try {
    return execFileSync(command, args, {
      cwd,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(" ")}\n${stdout}${stderr}`);
  }
}

function productionDependencies(): string[] {
  const args = ["ls", "--omit=dev", "--all", "--parseable"];
  const paths = run("npm", args, root).trim().split("\n");
  return paths.filter((path) => path.includes("node_modules/"));
}
