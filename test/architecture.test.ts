// The rules of the house (docs/architecture.md), held.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const src = fileURLToPath(new URL("../src/", import.meta.url));
const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .sort();

/** Folders a folder may import from, besides itself. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  ".": ["common", "utilities"],
  common: [],
  utilities: ["common"],
  cgi: ["common"],
  fastcgi: ["common", "host"],
  client: ["common", "fastcgi"],
  adapters: ["common", "utilities", "client"],
  middleware: ["common", "utilities", "adapters"],
  lint: ["common"],
  testing: ["common", "utilities", "client", "lint", "testing/conformance"],
  "testing/conformance": ["common"],
  insight: ["common", "utilities"],
  supervisor: ["common", "insight"],
  worker: ["common", "insight"],
  host: ["common"],
  explain: ["common"],
  resident: ["common", "fastcgi", "worker"],
  doctor: ["doctor/apache", "doctor/checks", "doctor/codes", "doctor/facts"],
  "doctor/codes": ["doctor", "explain"],
  "doctor/facts": ["fastcgi", "doctor", "doctor/apache"],
  "doctor/apache": ["common", "doctor", "doctor/facts"],
  "doctor/checks": [
    "built",
    "client",
    "common",
    "doctor",
    "doctor/apache",
    "doctor/codes",
    "doctor/facts",
  ],
  init: [
    "common",
    "client",
    "doctor",
    "doctor/apache",
    "doctor/checks",
    "doctor/facts",
    "host",
    "resident",
  ],
  built: ["common", "cgi"],
  build: ["common", "built"],
  "cli/options": ["cli", "cli/loading", "common", "fastcgi", "insight"],
  "cli/loading": ["cli", "common", "adapters", "lint"],
  "cli/serving": [
    "cli",
    "cli/options",
    "cli/loading",
    "common",
    "build",
    "cgi",
    "fastcgi",
    "client",
    "adapters",
    "host",
    "insight",
    "resident",
    "supervisor",
    "worker",
  ],
  "cli/commands": [
    "cli",
    "cli/options",
    "cli/loading",
    "cli/serving",
    "common",
    "build",
    "fastcgi",
    "client",
    "lint",
    "insight",
    "supervisor",
    "explain",
    "doctor",
    "doctor/codes",
    "init",
  ],
  cli: [
    "cli/options",
    "cli/loading",
    "cli/serving",
    "cli/commands",
    "common",
    "built",
    "cgi",
    "fastcgi",
    "client",
    "resident",
  ],
};
/** What the web server's side shares with ours: the codec, which has no I/O. */
const CODEC = ["protocol.ts", "decoder.ts", "params.ts", "encoder.ts"];
const CODEC_ONLY = ["client", "doctor/facts"];
/** Commands load the command-line libraries; the CGI path and the library never do. */
const COMMAND_LINE_ONLY = ["commander", "pino", "pino-pretty"];
const MAXIMUM_LINES = 250;

const imports = new Map(
  files.map((file) => [file, importsOf(readFileSync(join(src, file), "utf8"))]),
);

test("every folder imports downwards only", () => {
  for (const [file, targets] of imports) {
    const folder = dirname(file);
    const allowed = ALLOWED[folder];
    assert.ok(allowed, `${folder} has no rule`);
    for (const target of targets.filter(isRelative)) {
      const path = normalize(join(folder, target));
      const other = dirname(path);
      if (other === folder) continue;
      assert.ok(allowed.includes(other), `${file} imports ${path}`);
      if (other === "fastcgi" && CODEC_ONLY.includes(folder)) {
        const name = path.slice("fastcgi/".length);
        assert.ok(CODEC.includes(name), `${file} imports ${path}`);
      }
    }
  }
});

test("the FastCGI codec and common do no I/O", () => {
  const codec = CODEC.map((name) => `fastcgi/${name}`);
  for (const [file, targets] of imports) {
    if (!file.startsWith("common/") && !codec.includes(file)) continue;
    const builtins = targets.filter((target) => target.startsWith("node:"));
    const pure = builtins.filter((name) => name !== "node:util");
    assert.deepEqual(pure, [], file);
  }
});

test("there are no cycles", () => {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    assert.ok(!path.includes(file), [...path, file].join(" -> "));
    if (done.has(file)) return;
    for (const target of (imports.get(file) ?? []).filter(isRelative)) {
      visit(normalize(join(dirname(file), target)), [...path, file]);
    }
    done.add(file);
  };
  for (const file of files) visit(file, []);
});

test("only the command line loads its libraries", () => {
  for (const [file, targets] of imports) {
    if (file.startsWith("cli/")) continue;
    const found = targets.filter((name) => COMMAND_LINE_ONLY.includes(name));
    assert.deepEqual(found, [], file);
  }
});

test(`no file has more than ${MAXIMUM_LINES} lines`, () => {
  for (const file of files) {
    const lines = readFileSync(join(src, file), "utf8").split("\n").length - 1;
    assert.ok(lines <= MAXIMUM_LINES, `${file} has ${lines}`);
  }
});

test("every export has a doc comment", () => {
  for (const file of files) {
    const text = readFileSync(join(src, file), "utf8");
    const seen = new Set<string>();
    for (const [, before, name = ""] of text.matchAll(EXPORT)) {
      // Of several signatures the first has it.
      if (seen.has(name)) continue;
      seen.add(name);
      assert.match(before ?? "", /\*\/$/, `${file}: ${name}`);
    }
  }
});

const EXPORT =
  /(.*)\nexport (?:async )?(?:function|class|const|interface|type)\*? (\w+)/g;

test("the files of a request's way name their stop in their first comment", () => {
  const stops = [
    "fastcgi/decoder.ts",
    "fastcgi/params.ts",
    "cgi/variables.ts",
    "fastcgi/dispatch.ts",
    "common/quirks.ts",
    "common/environ.ts",
    "common/run.ts",
    "common/exchange.ts",
    "common/response.ts",
    "fastcgi/output.ts",
    "fastcgi/encoder.ts",
    "cgi/stdout.ts",
  ];
  for (const file of stops) {
    const [first = ""] = readFileSync(join(src, file), "utf8").split("\n");
    assert.match(first, /^\/\/ Stop \d of a request: /, file);
  }
});

/** Modules a file loads; types leave no trace and do not count for cycles. */
function importsOf(text: string): string[] {
  const statements = text.matchAll(
    /(?:^|\n)(?:import|export)\s(?!type\s)[^;]*?from\s+"([^"]+)"|import\("([^"]+)"\)|(?:^|\n)import\s+"([^"]+)"/g,
  );
  return [...statements].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

function isRelative(target: string): boolean {
  return target.startsWith(".");
}
