import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { Case } from "./case.ts";
import { type Habitat, HELLO } from "./habitat.ts";
import { CLIB, nativeFile } from "./native.ts";

const app =
  (head: string, body = HELLO) =>
  (habitat: Habitat) =>
    habitat.write("app.js", `${head}\n${body}`);

/** A node_modules folder of the application's own, with TSGI and one package more. */
function withPackage(
  habitat: Habitat,
  name: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): void {
  const modules = join(habitat.sandbox.app, "node_modules");
  const shared = join(habitat.sandbox.root, "..", "node_modules");
  rmSync(modules);
  mkdirSync(modules);
  for (const each of ["tsgi", ".bin"])
    symlinkSync(join(shared, each), join(modules, each));
  habitat.write(
    `node_modules/${name}/package.json`,
    JSON.stringify({ name, main: "index.js" }),
  );
  habitat.write(`node_modules/${name}/index.js`, "");
  for (const [path, content] of Object.entries(files)) {
    habitat.write(`node_modules/${name}/${path}`, content);
  }
  app(`import "${name}";`)(habitat);
}

export const applicationCases: readonly Case[] = [
  {
    name: "node_modules was not uploaded",
    home: "cgi",
    code: "PACKAGES_MISSING",
    act: app(
      'import express from "nonexistent-express";\nimport "@nonexistent/pino";',
    ),
    visible: "broken",
  },
  {
    name: "node_modules was not uploaded whole",
    home: "cgi",
    code: "PACKAGES_MISSING",
    act: (habitat) =>
      withPackage(habitat, "whole", {
        "package.json":
          '{ "name": "whole", "main": "index.js", "dependencies": { "nonexistent-part": "1" } }',
      }),
  },
  {
    name: "a CommonJS application lacks a package",
    home: "cgi",
    code: "PACKAGES_MISSING",
    act: (habitat) => {
      habitat.write("package.json", "{}");
      habitat.write(
        "app.js",
        'const gone = require("nonexistent-gone");\nmodule.exports = (environ, startResponse) => gone;\n',
      );
    },
    visible: "broken",
  },
  {
    name: "a file of the application was not uploaded",
    home: "cgi",
    code: "IMPORT_MISSING",
    act: app('import { find } from "./store/books.js";'),
    visible: "broken",
  },
  {
    name: "an import is spelled as macOS lets it be",
    home: "cgi",
    code: "IMPORT_CASE",
    act: (habitat) => {
      habitat.write("Store.js", "export {};");
      app('import "./store.js";')(habitat);
    },
    visible: "broken",
  },
  {
    name: "a native module is of macOS",
    home: "cgi",
    code: "NATIVE_PLATFORM",
    act: (habitat) =>
      withPackage(habitat, "sharp-like", {
        "build/Release/addon.node": nativeFile({ platform: "darwin" }),
      }),
  },
  {
    name: "a native module is of another processor",
    home: "cgi",
    code: "NATIVE_PLATFORM",
    act: (habitat) =>
      withPackage(habitat, "sharp-like", {
        "build/Release/addon.node": nativeFile({ machine: 21 }),
      }),
  },
  {
    name: "a native module is of Alpine",
    home: "cgi",
    code: "NATIVE_PLATFORM",
    act: (habitat) =>
      withPackage(habitat, "sharp-like", {
        "build/Release/addon.node": nativeFile({
          text: "libc.musl-x86_64.so.1",
        }),
      }),
  },
  {
    name: "a native module is of another Node",
    home: "cgi",
    code: "NATIVE_ABI",
    act: (habitat) =>
      withPackage(habitat, "sqlite-like", {
        "build/Release/addon.node": nativeFile({
          text: "node_register_module_v72",
        }),
      }),
  },
  {
    name: "a native module is of a newer system",
    home: "cgi",
    code: "NATIVE_GLIBC",
    act: (habitat) =>
      withPackage(habitat, "sqlite-like", {
        "build/Release/addon.node": nativeFile({
          text: `napi_register_module_v1 ${CLIB}`,
        }),
      }),
  },
  {
    name: "the application does not parse",
    home: "cgi",
    code: "RUN_ERROR",
    act: app("const broken = ;"),
    visible: "broken",
  },
  {
    name: "the application throws while it is loaded",
    home: "cgi",
    code: "RUN_ERROR",
    act: app('throw new Error("no database");'),
    visible: "broken",
  },
  {
    name: "the application throws for a request",
    home: "cgi",
    code: "RUN_ERROR",
    act: app("", 'export default () => { throw new Error("no database"); };'),
    visible: "broken",
  },
  {
    // Takes as long as the doctor waits: half a minute.
    name: "the application never answers",
    home: "cgi",
    code: "RUN_SILENT",
    act: app(
      "",
      "export default () => new Promise(() => setTimeout(() => {}, 600_000));",
    ),
  },
  {
    name: "the application needs a variable that shells have",
    home: "script",
    code: "RUN_ERROR",
    act: (habitat) =>
      habitat.program(
        `#!/usr/bin/env tsgi-cgi\nif (!process.env.HOME) throw new Error("HOME is not set");\n${HELLO}`,
      ),
    visible: "broken",
  },
  {
    name: "the application ends the process",
    home: "script",
    code: "RUN_ERROR",
    act: (habitat) =>
      habitat.program(
        "#!/usr/bin/env tsgi-cgi\nexport default () => process.exit(0);\n",
      ),
    visible: "broken",
  },
  {
    name: "a plain program prints before its header",
    home: "node",
    code: "RUN_FAILED",
    act: (habitat) =>
      habitat.program(
        '#!/usr/bin/env node\nconsole.log("connected to the database");\nconsole.log("Content-Type: text/plain\\n\\nhello");\n',
      ),
    visible: "broken",
  },
  {
    name: "a plain program says nothing",
    home: "node",
    code: "RUN_FAILED",
    act: (habitat) => habitat.program("#!/usr/bin/env node\n"),
    visible: "broken",
  },
  {
    name: "a plain program fails after its answer",
    home: "node",
    code: "RUN_FAILED",
    act: (habitat) =>
      habitat.program(
        '#!/usr/bin/env node\nconsole.log("Content-Type: text/plain\\n\\nhello");\nprocess.exitCode = 3;\n',
      ),
  },
  {
    name: "a banner goes to standard output",
    home: "cgi",
    code: "STRAY_OUTPUT",
    act: app('console.log("[dotenv] injecting 3 variables");'),
    visible: "fine",
  },
  {
    name: "the status has no reason",
    home: "cgi",
    code: "RULE_BROKEN",
    act: app(
      "",
      'export default function application(environ, startResponse) {\n  startResponse("200OK", [["Content-Type", "text/plain"]]);\n  return "hello";\n}',
    ),
    visible: "broken",
  },
  {
    name: "a cookie has all that is known of the user",
    home: "cgi",
    code: "HEADERS_LARGE",
    act: app(
      "",
      `export default function application(environ, startResponse) {\n  startResponse("200 OK", [["Content-Type", "text/plain"], ["Set-Cookie", "all=" + "x".repeat(5000)]]);\n  return "hello";\n}`,
    ),
    visible: "fine",
  },
];
