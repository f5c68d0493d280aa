import { Command } from "commander";
import { benchCommand } from "./commands/bench.ts";
import { buildCommand } from "./commands/build.ts";
import { ctlCommand } from "./commands/ctl.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { explainCommand } from "./commands/explain.ts";
import { initCommand } from "./commands/init.ts";
import { previewCommand } from "./commands/preview.ts";
import { requestCommand } from "./commands/request.ts";
import { EXIT, exitCodeFor } from "./exit-codes.ts";
import { messageWithStep } from "./next-step.ts";
import { packageVersion } from "./package-version.ts";
import { StatusError } from "./status-error.ts";
import { usageMessage } from "./usage-message.ts";

/** The command `tsgi`. Sets the process's exit status; never rejects. */
export async function main(argv: readonly string[]): Promise<void> {
  const done = (status: number): void => {
    process.exitCode = status;
  };
  const program = new Command("tsgi")
    .description(
      "Try TSGI applications without a web server. The commands a web server needs are tsgi-cgi and tsgi-fcgi.",
    )
    .version(packageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .exitOverride((error) => {
      process.exit(error.exitCode === 0 ? EXIT.OK : EXIT.USAGE);
    })
    .configureOutput({
      outputError: (message, write) => write(usageMessage("tsgi", message)),
    });
  for (const commandFor of [
    previewCommand,
    requestCommand,
    buildCommand,
    initCommand,
    doctorCommand,
    explainCommand,
    benchCommand,
    ctlCommand,
  ]) {
    program.addCommand(commandFor(done));
  }
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.stderr.write(`tsgi: ${messageWithStep(error as Error)}\n`);
    done(error instanceof StatusError ? error.status : exitCodeFor(error));
  }
}
