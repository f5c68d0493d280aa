// tsgi-fcgi: serves an application over FastCGI.
import { isCgi } from "../cgi/serve.ts";
import { inheritedAddresses } from "../fastcgi/inherited.ts";
import { endWithError } from "./end-with-error.ts";
import { UsageError } from "./exit-codes.ts";
import {
  type FcgiCommand,
  fcgiOptions,
  readFcgiCommand,
  TEXT,
} from "./fcgi-command.ts";
import { Hosting } from "./hosting.ts";
import { createLogger } from "./log.ts";
import { logListening } from "./log-listening.ts";
import type { Values } from "./option.ts";
import { serveApplication } from "./serve-application.ts";
import { obeySignals } from "./signals.ts";
import { hasStarter } from "./starter.ts";
import { isSupervised } from "./worker-size.ts";

/** Runs the command. @param onInfo told, besides the log, how the application was recognised */
export async function main(
  argv: readonly string[],
  onInfo: (message: string) => void = () => {},
): Promise<void> {
  // A web server may take the file for a CGI program all the same.
  if (isCgi() && process.env.GATEWAY_INTERFACE !== undefined) {
    const { serveCgi } = await import("./tsgi-cgi.ts");
    return serveCgi(argv, fcgiOptions);
  }
  try {
    await start(argv, onInfo);
  } catch (error) {
    endWithError(TEXT.name, error);
  }
}

async function start(
  argv: readonly string[],
  onInfo: (message: string) => void,
): Promise<void> {
  const command = readFcgiCommand(argv);
  if (command === undefined) return;
  checkAddresses(command);
  const { specifier, values, listen, warnings } = command;
  const args = argv.slice(2);
  if (values.daemon && !hasStarter()) {
    const { startDaemon } = await import("./daemon.ts");
    return startDaemon(args, inheritedBy(values), undefined);
  }
  const log = await createLogger(values.logLevel ?? "info");
  const hosting = Hosting.prepare(values, log);
  for (const warning of warnings) log.warn(warning);
  if (isSupervised(values)) {
    const { supervise } = await import("./supervise.ts");
    return supervise(command, args, log, hosting);
  }
  if (!hosting.changesIdentity) hosting.settle();
  const serving = await serveApplication({
    specifier,
    values,
    listen,
    log,
    place: { worker: 0, generation: 1 },
    onInfo,
    onExit: (error) => endWithError(TEXT.name, error),
  });
  logListening(log, serving.server.addresses, listen, values.allow);
  if (hosting.changesIdentity) hosting.settle();
  serving.onLeave((why) => hosting.stop(why));
  serving.onEnd(() => hosting.told());
  obeySignals(serving);
  hosting.serve(`serving ${specifier}`);
}

function checkAddresses({ listen, values, specifier }: FcgiCommand): void {
  if (listen.length > 0 || inheritedBy(values).length > 0) return;
  throw new UsageError(
    `Cannot serve: no address is given, and no web server has left a socket on descriptor 0; try: tsgi-fcgi --socket /tmp/app.sock ${specifier}`,
  );
}

function inheritedBy({ inherited }: Values): string[] {
  return inherited ? inheritedAddresses() : [];
}
