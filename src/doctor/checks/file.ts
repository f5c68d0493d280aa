// Whether there is a program, and an application behind it.
import type { Context } from "../context.ts";
import type { Found } from "../finding.ts";
import { quoted } from "../shell.ts";
import { checkNamed } from "./interpreter.ts";

/** The file that was named. */
export function checkFile({ machine, program }: Context): Found[] {
  if (program === undefined) return [];
  const { file } = program;
  const facts = machine.facts(file);
  if (facts === undefined) {
    const isLink = machine.linkFacts(file)?.kind === "link";
    return [
      {
        code: "FILE_MISSING",
        where: file,
        what: isLink
          ? "it is a link that leads nowhere"
          : "there is no such file",
        repair: isLink
          ? `readlink ${quoted(file)} shows where to; put the file there`
          : "upload it, or name another one",
      },
    ];
  }
  if (facts.kind === "file") return [];
  return [
    {
      code: "FILE_KIND",
      where: file,
      what: `it is a ${facts.kind === "other" ? "device or pipe" : facts.kind}`,
      repair:
        facts.kind === "folder"
          ? `name the program in it, as ${quoted(`${file}/app.cgi`)}`
          : "name a file",
    },
  ];
}

/** Extensions which require() adds. */
const ADDED = ["", ".js", ".cjs", ".mjs", ".ts", "/index.js"];

/** What a shell script starts in the end. */
export function checkCommand(context: Context): Found[] {
  const { machine, program } = context;
  if (program?.command === undefined) return [];
  const { file, application, relay } = program;
  // A relay starts Node with one of these.
  const scripts = [...(relay?.once ?? []), ...(relay?.stay ?? [])].filter(
    (word) => /\/(?:tsgi-cgi|resident-main\.js)$/.test(word),
  );
  const command =
    scripts.find((script) => machine.facts(script) === undefined) ??
    program.command;
  if (command.includes("/") && machine.facts(command) === undefined) {
    return [
      {
        code: "COMMAND_MISSING",
        where: file,
        what: `it starts ${command}, which is not there`,
        repair: command.includes("/node_modules/")
          ? `cd ${quoted(command.slice(0, command.indexOf("/node_modules/")))} && npm install tsgi`
          : `correct the path in ${quoted(file)}`,
      },
    ];
  }
  const found = checkNamed(context, file, command);
  if (found.length > 0 || application === undefined) return found;
  if (ADDED.some((end) => machine.facts(application + end)?.kind === "file")) {
    return [];
  }
  return [
    {
      code: "APPLICATION_MISSING",
      where: file,
      what: `it serves ${application}, which is not there`,
      repair: `upload it, or correct the path in ${quoted(file)}`,
    },
  ];
}
