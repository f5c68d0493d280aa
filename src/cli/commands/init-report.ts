// What tsgi init tells.
import type { Plan, Target } from "../../init/plan.ts";
import { propose } from "../../init/propose.ts";
import type { Site } from "../../init/site.ts";
import type { Surroundings } from "../../init/surroundings.ts";
import type { Row, Verification } from "../../init/verify.ts";

/** Which target is the best here, why, and what else would do. */
export function proposalText(
  surroundings: Surroundings,
  application: string | undefined,
): string {
  const proposal = propose(surroundings, process.getuid?.() === 0);
  const app = application === undefined ? "" : ` ${application}`;
  if (proposal === undefined) {
    return "Found no web server, and no folder that one serves. On shared hosting: tsgi init htaccess --output FOLDER\n(the one that Apache serves). tsgi init --help has all targets.\n";
  }
  const { target, why, others } = proposal;
  const more = others.map(([name, found]) => `  ${name.padEnd(18)} ${found}`);
  return [
    `Proposed: ${target}, because ${why}.`,
    `  tsgi init ${target} --verify${app}    # tries it, and writes nothing`,
    `  tsgi init ${target}${app}`,
    ...(more.length === 0 ? [] : ["Other ways:", ...more]),
    "",
  ].join("\n");
}

/** The files themselves, each below its path. */
export function filesText({ files }: Plan): string {
  return files
    .map(({ path, text, mode }) => `# ${path} (${mode.toString(8)})\n${text}`)
    .join("\n");
}

/** What is left to do, by number. */
export function stepsText(
  { steps }: Plan,
  name: string,
  site: Site,
  { isProcess }: Target,
): string {
  const lines = steps.flatMap(({ text, commands = [] }, at) => [
    `${at + 1}. ${text}`,
    ...commands.map((command) => `     ${command}`),
  ]);
  const notes = [
    ...(site.domain === "www.example.com" && /^(?:apache|nginx)/.test(name)
      ? ["The site is called www.example.com; --domain gives it another name."]
      : []),
    ...(isProcess && name !== "systemd"
      ? [`Socket: ${site.socket}, for the group ${site.group}.`]
      : []),
  ];
  return `${["", "Next:", ...lines, ...notes].join("\n")}\n`;
}

/** The table of requests, and what the server said where one went wrong. */
export function verificationText(
  name: string,
  program: string,
  { rows, log }: Verification,
): string {
  const width = Math.max(...rows.map((row) => row.name.length));
  const by = program === "" ? "the command of the unit, over FastCGI" : program;
  return [
    `${name}, tried with ${by}:`,
    ...rows.map(({ name: asked, result, says }) =>
      `  ${asked.padEnd(width)}  ${MARKS[result]}  ${says}`.trimEnd(),
    ),
    ...(log === "" ? [] : ["The log says:", ...indented(log)]),
    "",
  ].join("\n");
}

const MARKS: Readonly<Record<Row["result"], string>> = {
  ok: "ok  ",
  no: "NO  ",
  host: "host",
};

function indented(text: string): string[] {
  return text.split("\n").map((line) => `  ${line}`);
}
