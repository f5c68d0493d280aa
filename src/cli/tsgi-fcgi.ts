// tsgi-fcgi: serves an application over FastCGI.
import { resolve } from "node:path";
import { isCgi } from "../cgi/serve.ts";
import { parseAddress } from "../fastcgi/address.ts";
import { inheritedAddresses } from "../fastcgi/inherited.ts";
import {
  type CommandText,
  createCommand,
  givenOptions,
  refuseExcess,
} from "./command.ts";
import { misspelledVariables, resolveOptions, valuesOf } from "./config.ts";
import { endWithError } from "./end-with-error.ts";
import { UsageError } from "./exit-codes.ts";
import { Hosting } from "./hosting.ts";
import { createLogger } from "./log.ts";
import { logListening } from "./log-listening.ts";
import type { Values } from "./option.ts";
import { groupsFor, optionsOf } from "./options.ts";
import { configReport } from "./print-config.ts";
import { serveApplication } from "./serve-application.ts";
import { obeySignals } from "./signals.ts";
import { hasStarter } from "./starter.ts";

const TEXT: CommandText = {
  name: "tsgi-fcgi",
  usage: "[options] <app>[:export]",
  summary:
    "Serves an application over FastCGI: the default export of a file, or the one named.\nES modules, CommonJS and TypeScript work alike.",
  examples: [
    [
      "tsgi-fcgi --socket /run/app.sock --socket-group www-data --mount / app.js",
      "behind nginx, lighttpd, HAProxy or Apache's mod_proxy_fcgi",
    ],
    ["tsgi-fcgi --listen 127.0.0.1:9000 app.ts:application", "on a port"],
    [
      "tsgi-fcgi --mount /app /srv/app/app.js",
      "started by mod_fcgid or lighttpd's bin-path, which leave a socket on descriptor 0",
    ],
  ],
  notes: [
    "Signals:",
    "  SIGTERM, SIGINT, SIGHUP: let running requests finish, for at most --graceful-timeout, then end.",
    "  A second one ends at once.",
  ].join("\n"),
};

const groups = groupsFor("tsgi-fcgi");
const options = optionsOf(groups);

/** Runs the command. @param onInfo told, besides the log, how the application was recognised */
export async function main(
  argv: readonly string[],
  onInfo: (message: string) => void = () => {},
): Promise<void> {
  // A web server may take the file for a CGI program all the same.
  if (isCgi() && process.env.GATEWAY_INTERFACE !== undefined) {
    const { serveCgi } = await import("./tsgi-cgi.ts");
    return serveCgi(argv, options);
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
  const command = createCommand(TEXT, groups).argument("[app]").parse(argv);
  refuseExcess(command);
  const settings = resolveOptions(
    options,
    givenOptions(command, options),
    process.env,
  );
  const values = valuesOf(settings);
  if (values.printConfig) {
    process.stdout.write(configReport(settings));
    return;
  }
  const [specifier] = command.args;
  if (specifier === undefined) {
    throw new UsageError(
      "Cannot serve: no application is named; try: tsgi-fcgi --socket /tmp/app.sock app.js",
    );
  }
  const addresses = [...(values.socket ?? []), ...(values.listen ?? [])];
  const listen = addresses.map(fromHere);
  checkAddresses(listen, values, specifier);
  if (values.daemon && !hasStarter()) {
    const { startDaemon } = await import("./daemon.ts");
    return startDaemon(argv.slice(2), inheritedBy(values), undefined);
  }
  const log = await createLogger(values.logLevel ?? "info");
  const hosting = Hosting.prepare(values, log);
  for (const warning of misspelledVariables(process.env, options)) {
    log.warn(warning);
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

/** Loading an application changes the working directory. */
function fromHere(text: string): string {
  const address = parseAddress(text);
  return "path" in address ? resolve(address.path) : text;
}

function checkAddresses(
  listen: readonly string[],
  values: Values,
  specifier: string,
): void {
  if (listen.length > 0 || inheritedBy(values).length > 0) return;
  throw new UsageError(
    `Cannot serve: no address is given, and no web server has left a socket on descriptor 0; try: tsgi-fcgi --socket /tmp/app.sock ${specifier}`,
  );
}

function inheritedBy({ inherited }: Values): string[] {
  return inherited ? inheritedAddresses() : [];
}
