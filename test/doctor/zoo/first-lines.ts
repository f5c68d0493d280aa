import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import type { Case } from "./case.ts";
import { type Habitat, HELLO } from "./habitat.ts";

/** Puts another first line in the place of the program's. */
const withLine = (line: string) => (habitat: Habitat) =>
  habitat.program(
    readFileSync(habitat.file, "latin1").replace(/^.*/, () => line),
  );

const onWindows = (habitat: Habitat) =>
  habitat.program(
    readFileSync(habitat.file, "latin1").replaceAll("\n", "\r\n"),
  );

export const firstLineCases: readonly Case[] = [
  {
    name: "the program was uploaded to another place",
    home: "cgi",
    code: "FILE_MISSING",
    act: ({ file }) => rmSync(file),
    visible: "broken",
  },
  {
    name: "the program is a link whose target is gone",
    home: "cgi",
    code: "FILE_MISSING",
    act: ({ file }) => {
      rmSync(file);
      symlinkSync("/nonexistent/app.cgi", file);
    },
    visible: "broken",
  },
  {
    name: "the program's folder is named",
    home: "cgi",
    code: "FILE_KIND",
    act: (habitat) => {
      habitat.question = {
        ...habitat.question,
        file: join(habitat.file, ".."),
      };
    },
  },
  {
    name: "a shell script was edited on Windows",
    home: "cgi",
    code: "CRLF_FIRST_LINE",
    act: onWindows,
    fixed: true,
    visible: "broken",
  },
  {
    name: "an application was edited on Windows",
    home: "script",
    code: "CRLF_FIRST_LINE",
    act: onWindows,
    fixed: true,
    visible: "broken",
  },
  {
    name: "an editor wrote a byte order mark",
    home: "cgi",
    code: "BOM_FIRST_LINE",
    act: (habitat) =>
      habitat.program(`\xef\xbb\xbf${readFileSync(habitat.file, "latin1")}`),
    fixed: true,
    visible: "broken",
  },
  {
    name: "an empty line stands before #!",
    home: "script",
    code: "BLANK_FIRST_LINE",
    act: (habitat) =>
      habitat.program(`\n${readFileSync(habitat.file, "latin1")}`),
    fixed: true,
    visible: "broken",
  },
  {
    name: "there is no first line",
    home: "script",
    code: "FIRST_LINE_MISSING",
    act: (habitat) => habitat.program(HELLO),
    visible: "broken",
  },
  {
    name: "the interpreter is in quotes",
    home: "node",
    code: "FIRST_LINE_QUOTES",
    act: withLine('#!"/usr/bin/env" node'),
    fixed: true,
    visible: "broken",
  },
  {
    name: "the first line is longer than the kernel reads",
    home: "node",
    code: "FIRST_LINE_LONG",
    act: withLine(`#!/${"usr/../".repeat(40)}usr/bin/env node`),
    visible: "broken",
  },
  {
    name: "the first line is longer than an old kernel reads",
    home: "node",
    code: "FIRST_LINE_LONG",
    act: (habitat) => {
      withLine(`#!/${"usr/../".repeat(20)}usr/bin/env node`)(habitat);
      habitat.furniture = {
        files: { "/proc/sys/kernel/osrelease": "4.18.0-553.el8\n" },
      };
    },
  },
  {
    name: "env gets an option of node",
    home: "node",
    code: "FIRST_LINE_ARGUMENTS",
    act: withLine("#!/usr/bin/env node --no-warnings"),
    fixed: true,
    visible: "broken",
  },
  {
    name: "the interpreter is a mere name",
    home: "node",
    code: "INTERPRETER_RELATIVE",
    act: withLine("#!node"),
    visible: "broken",
  },
  {
    name: "the interpreter is where it was at home",
    home: "node",
    code: "INTERPRETER_MISSING",
    act: withLine("#!/home/me/.nvm/versions/node/v22.11.0/bin/node"),
    visible: "broken",
  },
  {
    name: "the interpreter lacks its permission",
    home: "node",
    code: "INTERPRETER_NOT_EXECUTABLE",
    act: (habitat) => {
      const node = habitat.write("tools/node", "", 0o644);
      withLine(`#!${node}`)(habitat);
    },
    visible: "broken",
  },
  {
    name: "the interpreter is in somebody's home",
    home: "node",
    code: "INTERPRETER_NOT_EXECUTABLE",
    act: (habitat) => {
      const home = join(habitat.sandbox.app, "home");
      mkdirSync(home);
      copyFileSync("/bin/true", join(home, "node"));
      chmodSync(home, 0o700);
      withLine(`#!${join(home, "node")}`)(habitat);
    },
    asRoot: true,
    visible: "broken",
  },
  {
    name: "the web server's PATH has no node",
    home: "node",
    code: "INTERPRETER_NOT_IN_PATH",
    act: (habitat) => {
      habitat.question = { ...habitat.question, path: "/nonexistent" };
    },
  },
  {
    name: "the web server's PATH has tsgi-cgi, and no node for it",
    home: "script",
    code: "INTERPRETER_NOT_IN_PATH",
    act: (habitat) => {
      const bin = join(habitat.sandbox.app, "node_modules/.bin");
      habitat.question = { ...habitat.question, path: bin };
    },
  },
  {
    name: "TSGI is not installed where the script looks for it",
    home: "cgi",
    code: "COMMAND_MISSING",
    act: ({ sandbox }) => rmSync(join(sandbox.app, "node_modules")),
  },
  {
    name: "the application is called otherwise",
    home: "cgi",
    code: "APPLICATION_MISSING",
    act: ({ sandbox }) => rmSync(join(sandbox.app, "app.js")),
    visible: "broken",
  },
  {
    name: "an ES module is called .cgi",
    home: "node",
    code: "EXTENSION_UNKNOWN",
    act: (habitat) =>
      habitat.program(
        `#!/usr/bin/env node\nimport { writeSync } from "node:fs";\nwriteSync(1, "Content-Type: text/plain\\n\\nhello");\n`,
      ),
    visible: "broken",
  },
  {
    name: "a package.json above says type module",
    home: "node",
    code: "TYPE_MODULE_ABOVE",
    act: ({ file }) => rmSync(join(file, "../package.json")),
    fixed: true,
    visible: "broken",
  },
  {
    name: "the package.json beside says type module",
    home: "node",
    code: "TYPE_MODULE_ABOVE",
    act: (habitat) =>
      habitat.write("cgi-bin/package.json", '{ "type": "module" }'),
    visible: "broken",
  },
  {
    name: "package.json has a comma too many",
    home: "cgi",
    code: "PACKAGE_JSON_BROKEN",
    act: (habitat) => habitat.write("package.json", '{ "type": "module", }'),
    visible: "broken",
  },
];
