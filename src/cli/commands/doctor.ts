import { isatty } from "node:tty";
import type { Command } from "commander";
import type { Question } from "../../doctor/context.ts";
import type { Diagnosis } from "../../doctor/diagnose.ts";
import type { Repaired } from "../../doctor/report.ts";
import { type CommandText, createCommand } from "../command.ts";
import { EXIT, UsageError } from "../exit-codes.ts";
import { STDERR, wantsColours } from "../terminal.ts";

/** Descriptor 1. */
const STDOUT = 1;

const EXITS: CommandText["exits"] = [
  [`${EXIT.OK}`, "nothing is wrong, or only what is no error"],
  [`${EXIT.FAILURE}`, "errors were found"],
  [`${EXIT.USAGE}`, "wrong command line"],
];

interface Flags extends Omit<Question, "file" | "run"> {
  readonly run: boolean;
  readonly fix?: true;
  readonly json?: true;
}

/** `tsgi doctor`. @param done is told the exit status */
export function doctorCommand(done: (status: number) => void): Command {
  return createCommand(
    {
      name: "tsgi doctor",
      usage: "[options] [file]",
      summary:
        "Tell why a program does not answer behind a web server, and what to do: looks at its first line, permissions, Apache's and nginx's configuration, packages, Node and the machine, then runs it once as the web server would.",
      examples: [
        ["tsgi doctor /srv/app/cgi-bin/app.cgi", "a program of a cgi-bin"],
        ["tsgi doctor --fix public_html/app.cgi", "mend what is safe to mend"],
        [
          "tsgi doctor --socket /run/app/app.sock --url https://www.example.com/",
          "from the URL to the process behind a socket",
        ],
        [
          "tsgi doctor --json app.js",
          "an application alone, for a machine to read",
        ],
      ],
      values: [
        "Findings have codes, and tsgi explain CODE tells more. As root it sees more: other users' folders, the",
        "environment of Apache, and it runs the program as the web server's user.",
      ],
      exits: EXITS,
    },
    [],
  )
    .name("doctor")
    .summary("tell why a program does not answer, and what to do")
    .configureHelp({ showGlobalOptions: false })
    .argument("[file]", "a program for a web server, or an application")
    .option("--socket <path>", "look at the socket tsgi-fcgi listens at")
    .option("--url <url>", "ask this URL, and look at its answer")
    .option(
      "--stream",
      "the URL is that of a stream: look whether parts arrive one by one",
    )
    .option("--fix", "mend what is safe: modes, line ends, lines of .htaccess")
    .option("--json", "print the findings as JSON")
    .option("--no-run", "do not run the program")
    .option(
      "--user <name>",
      "whom the web server runs programs as (default: Apache's User, or www-data and its like)",
    )
    .option(
      "--path <path>",
      "the web server's PATH (default: /usr/local/bin:/usr/bin:/bin)",
    )
    .option(
      "--suexec",
      "keep the rules of suEXEC, also where no configuration tells of it",
    )
    .option(
      "--apache-config <file>",
      "Apache's main file (default: where distributions have it)",
    )
    .option(
      "--nginx-config <file>",
      "nginx's main file (default: /etc/nginx/nginx.conf)",
    )
    .action(async (file: string | undefined, flags: Flags) => {
      done(await examine({ ...flags, file }, flags));
    });
}

async function examine(question: Question, flags: Flags): Promise<number> {
  checkQuestion(question);
  // Loaded here: `tsgi request`, which may be a health check, starts faster without.
  const [{ mend }, { diagnose }, { thisMachine }] = await Promise.all([
    import("../../doctor/mend.ts"),
    import("../../doctor/diagnose.ts"),
    import("../../doctor/machine.ts"),
  ]);
  const onProgress = isatty(STDERR) ? showProgress : () => {};
  const { diagnosis, repaired } = flags.fix
    ? await mend(thisMachine, question, onProgress)
    : {
        diagnosis: await diagnose(thisMachine, question, onProgress),
        repaired: [],
      };
  const { explainTime } = await import("./doctor-time.ts");
  const more = await explainTime(diagnosis, onProgress);
  onProgress("");
  await print(diagnosis, repaired, more, flags);
  const hasErrors = diagnosis.findings.some(({ level }) => level === "error");
  return hasErrors ? EXIT.FAILURE : EXIT.OK;
}

function checkQuestion({ file, socket, url }: Question): void {
  if (file === undefined && socket === undefined && url === undefined) {
    throw new UsageError(
      "Cannot tell what to look at: name a program, or give --socket or --url; try: tsgi doctor app.cgi",
    );
  }
  if (url === undefined) return;
  const isWeb = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  if (!isWeb) {
    throw new UsageError(
      `Cannot use --url ${url}: it is not like https://www.example.com/`,
    );
  }
}

async function print(
  { findings, run, context, stops }: Diagnosis,
  repaired: readonly Repaired[],
  more: readonly string[],
  flags: Flags,
): Promise<void> {
  if (flags.json) {
    const { file, socket, url, account, path } = context;
    const report = {
      subject: { file, socket, url },
      webServer: { user: account?.user, path },
      findings: findings.map(({ fix, ...rest }) => ({
        ...rest,
        fixable: fix !== undefined,
      })),
      repaired: repaired.map(({ finding: { code, where, repair }, error }) => ({
        code,
        where,
        repair,
        error,
      })),
      skipped: stops.flatMap(({ title, skipped }) =>
        skipped === undefined ? [] : [{ title, why: skipped }],
      ),
      run: run?.status && { status: run.status, ms: run.ms, why: more },
    };
    process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
    return;
  }
  const { inColour, plain, reportText } = await import(
    "../../doctor/report.ts"
  );
  const paint = isatty(STDOUT) && wantsColours() ? inColour : plain;
  const diagnosis = { findings, run, context, stops };
  process.stdout.write(reportText(diagnosis, repaired, paint, more));
}

/** One line, which goes when it is over. */
function showProgress(text: string): void {
  process.stderr.write(`\r\x1b[K${text}`);
}
