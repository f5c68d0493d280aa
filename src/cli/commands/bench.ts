import { isatty } from "node:tty";
import type { Command } from "commander";
import { createCommand } from "../command.ts";
import { EXIT, UsageError } from "../exit-codes.ts";
import { Interruption } from "../interruption.ts";
import { integer } from "../options/option-types.ts";
import { STDERR } from "../terminal.ts";
import { type ColdReport, coldText } from "./cold-report.ts";

const STARTS = 10;
interface Flags {
  readonly cold?: true;
  readonly starts?: string;
  readonly json?: true;
}

/** `tsgi bench`. @param done is told the exit status */
export function benchCommand(done: (status: number) => void): Command {
  return createCommand(
    {
      name: "tsgi bench",
      usage: "--cold [options] <app>[:export]",
      summary:
        "Tell where the time of a CGI start goes: how many milliseconds Node takes, TSGI, and each package of the application, and what would save most.",
      examples: [
        ["tsgi bench --cold app.js", "ten starts, and what each package takes"],
        ["tsgi bench --cold --json app.js > before.json", "to compare with"],
      ],
      values: [
        "The application is asked for / with GET. It takes its options from the environment, as",
        "TSGI_INTERFACE=node. Close what else runs: other programs disturb the figures.",
      ],
    },
    [],
  )
    .name("bench")
    .summary("tell where the time of a CGI start goes")
    .configureHelp({ showGlobalOptions: false })
    .argument("<app>", "a file, and after a colon the name of an export")
    .option("--cold", "measure CGI starts, the only thing there is to measure")
    .option("-n, --starts <number>", `starts to measure (default: ${STARTS})`)
    .option("--json", "print the figures as JSON")
    .action(async (application: string, flags: Flags) => {
      if (!flags.cold) {
        throw new UsageError(
          `Cannot bench: say what; try: tsgi bench --cold ${application}`,
        );
      }
      const report = await measure(application, startsOf(flags.starts));
      process.stdout.write(
        flags.json
          ? `${JSON.stringify(report, undefined, 2)}\n`
          : coldText(report),
      );
      done(EXIT.OK);
    });
}

async function measure(
  application: string,
  starts: number,
): Promise<ColdReport> {
  // Loaded here: `tsgi request`, which may be a health check, starts faster without.
  const { measureCold } = await import("./cold.ts");
  const interruption = new Interruption(undefined);
  const onProgress = isatty(STDERR) ? showProgress : () => {};
  try {
    const { signal } = interruption;
    return await measureCold(application, { starts, signal, onProgress });
  } catch (error) {
    interruption.check();
    throw error;
  } finally {
    interruption.end();
  }
}

/** One line, which goes when it is over. */
function showProgress(done: number, all: number): void {
  const text = done < all ? `start ${done} of ${all}` : "";
  process.stderr.write(`\r\x1b[K${text}`);
}

function startsOf(text: string | undefined): number {
  if (text === undefined) return STARTS;
  const type = integer(1);
  const starts = type.parse([text]);
  if (starts !== undefined) return starts;
  throw new UsageError(
    `Cannot use --starts ${text}: it is not ${type.expects}`,
  );
}
