import { isatty } from "node:tty";
import { Command } from "commander";
import { printable } from "../../common/failure.ts";
import type { Finding } from "../../explain/index.ts";
import { EXIT } from "../exit-codes.ts";
import { wantsColours } from "../terminal.ts";
import { usageMessage } from "../usage-message.ts";
import { summarize } from "./explain-log.ts";
import {
  listed,
  lookUpLine,
  lookUpName,
  sourceNames,
  unknown,
} from "./explain-lookup.ts";
import { explanation, heading, type Paper } from "./explain-text.ts";

const HELP = `
What is explained:
  a code of TSGI (LISTEN), a word of the system (EACCES), a rule of the validator (F5.02), a
  finding of tsgi doctor (CRLF_FIRST_LINE), a number of Apache (AH01075), or a line of a log: of TSGI, as JSON or text, or of Apache,
  mod_fcgid, suEXEC, nginx, lighttpd, HAProxy, Node or spawn-fcgi.

Examples:
  # what is this code?
  tsgi explain LISTEN
  # a line of a log, in quotation marks
  tsgi explain 'connect() to unix:/run/app.sock failed (13: Permission denied) while connecting to upstream'
  # a whole log: equal lines are told once, with their number
  tail -n 1000 /var/log/nginx/error.log | tsgi explain -
  # all codes; all lines of nginx that are known
  tsgi explain
  tsgi explain nginx

Exit status:
  0      explained
  1      nothing is known of it
  2      wrong command line`;

/** Findings of a line that are named besides the best. */
const MORE = 3;

/** `tsgi explain`. @param done is told the exit status */
export function explainCommand(done: (status: number) => void): Command {
  return new Command("explain")
    .summary("tell cause, proof and cure of a code or of a line of a log")
    .description(
      "Tell cause, proof and cure of a code of TSGI, or of a line of its log or a web server's. Needs no network.",
    )
    .usage("[options] [CODE | 'log line' | -]")
    .argument("[words...]")
    .option("--json", "print JSON")
    .helpOption("-h, --help", "print this help")
    .addHelpText("after", HELP)
    .configureOutput({
      outputError: (message, write) =>
        write(usageMessage("tsgi explain", message, ["--json"])),
    })
    .exitOverride((error) => {
      process.exit(error.exitCode === 0 ? EXIT.OK : EXIT.USAGE);
    })
    .action(async (words: string[], { json }: { json?: true }) => {
      const write = json ? asJson : asText;
      // Whoever reads has enough, as in `| head`.
      process.stdout.on("error", () => {});
      process.stdout.write(write(await answerTo(words.join(" ").trim())));
      done(EXIT.OK);
    });
}

/** What was found, with the number of lines for each where a log was read. */
interface Answer {
  readonly found: readonly (Finding & { count?: number; first?: string })[];
  /** Only their headings. */
  readonly isList: boolean;
  /** Findings that are probably not meant. */
  readonly more: readonly Finding[];
  readonly unknown?: { readonly count: number; readonly first: string };
}

async function answerTo(text: string): Promise<Answer> {
  const answer = { isList: false, more: [] };
  if (text === "-") return fromLog();
  if (text === "") return { ...answer, isList: true, found: list("tsgi") };
  const named = lookUpName(text);
  if (named.length > 0) return { ...answer, found: named };
  if (sourceNames.includes(text)) {
    return { ...answer, isList: true, found: list(text) };
  }
  const [best, ...more] = lookUpLine(text);
  if (best === undefined) throw unknown(text);
  return { ...answer, found: [best], more: more.slice(0, MORE) };
}

async function fromLog(): Promise<Answer> {
  process.stdin.setEncoding("utf8");
  const { groups, unknown: rest } = await summarize(process.stdin);
  if (groups.length === 0) throw unknown(rest.first || "an empty log");
  const found = groups.map(({ finding, count, first }) => ({
    ...finding,
    count,
    first,
  }));
  return { found, isList: false, more: [], unknown: rest };
}

function list(source: string): Finding[] {
  return listed(source).map((entry) => ({
    entry,
    cause: undefined,
    values: {},
    tier: 1,
    weight: 0,
  }));
}

function asJson({ found, unknown: rest }: Answer): string {
  const told = found.map(({ entry, cause, values, count, first }) => {
    const causes = cause === undefined ? entry.causes : [cause];
    const { says: _, ...rest } = entry;
    return {
      ...rest,
      causes: causes.map(({ says: _, ...one }) => one),
      values,
      count,
      first,
    };
  });
  const all = rest === undefined ? told : { found: told, unknown: rest };
  return `${JSON.stringify(all, null, 2)}\n`;
}

function asText({ found, isList, more, unknown: rest }: Answer): string {
  const paper = paperOfTerminal();
  if (isList) {
    const others = sourceNames.join(", ");
    const lines = found.map((finding) => heading(finding, paper));
    return `${lines.join("\n")}\n\ntsgi explain NAME tells more of one, or lists all of: ${others}\n`;
  }
  const parts = found.map(({ count, first = "", ...finding }) => {
    const text = explanation(finding, paper);
    if (count === undefined) return text;
    return `${count} x ${text}  first     ${printable(first.slice(0, 200))}\n`;
  });
  for (const finding of more)
    parts.push(`See also ${heading(finding, paper)}\n`);
  if (rest !== undefined && rest.count > 0) {
    const first = printable(rest.first.slice(0, 200));
    const what = rest.count === 1 ? "1 line says" : `${rest.count} lines say`;
    parts.push(`${what} nothing we know, such as: ${first}\n`);
  }
  return parts.join("\n");
}

function paperOfTerminal(): Paper {
  if (!isatty(1)) return { colours: false, width: undefined };
  return { colours: wantsColours(), width: process.stdout.columns };
}
