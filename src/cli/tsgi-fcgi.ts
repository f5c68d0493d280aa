// tsgi-fcgi: serves an application over FastCGI.
import { constants } from "node:os";
import { resolve } from "node:path";
import type { Logger } from "pino";
import { isCgi } from "../cgi/serve.ts";
import type { TsgiError } from "../common/errors.ts";
import { formatAddress, parseAddress } from "../fastcgi/address.ts";
import { inheritedAddresses } from "../fastcgi/inherited.ts";
import type { FastcgiOptions } from "../fastcgi/options.ts";
import type { Role } from "../fastcgi/protocol.ts";
import { type FastcgiServer, serve } from "../fastcgi/serve.ts";
import {
  type CommandText,
  createCommand,
  givenOptions,
  refuseExcess,
} from "./command.ts";
import { misspelledVariables, resolveOptions, valuesOf } from "./config.ts";
import { endWithError } from "./end-with-error.ts";
import { loadEnvFiles } from "./env-file.ts";
import { UsageError } from "./exit-codes.ts";
import { loadApplication } from "./load.ts";
import { createLogger } from "./log.ts";
import type { Values } from "./option.ts";
import { groupsFor, optionsOf } from "./options.ts";
import { configReport } from "./print-config.ts";

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
    "  SIGTERM, SIGINT, SIGHUP: let running requests finish, for at most --drain-timeout, then end.",
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
  const log = await createLogger(values.logLevel ?? "info");
  for (const warning of misspelledVariables(process.env, options)) {
    log.warn(warning);
  }
  // Where it cannot listen, that is all there is to say.
  const notes: (() => void)[] = [];
  let note = (write: () => void): unknown => notes.push(write);
  loadEnvFiles(values.envFile ?? []);
  const application = await loadApplication(specifier, {
    interface: values.interface,
    factory: values.factory,
    lint: values.lint,
    onNote(message, level) {
      if (level === "info") onInfo(message);
      note(() => log[level](message));
    },
    onExit: (error) => endWithError(TEXT.name, error),
  });
  const server = await serve(
    application,
    fastcgiOptions(values, listen, (error) => logTrouble(log, error)),
  );
  for (const write of notes) write();
  note = (write) => write();
  logStart(log, server, listen, values);
  stopOnSignals(log, server);
}

function fastcgiOptions(
  { socket, authorizer, filter, ...values }: Values,
  listen: readonly string[],
  onError: (error: TsgiError) => void,
): FastcgiOptions {
  const roles: Role[] = ["RESPONDER"];
  if (authorizer) roles.push("AUTHORIZER");
  if (filter) roles.push("FILTER");
  return { ...values, listen, roles, onError };
}

/** Loading an application changes the working directory. */
function fromHere(text: string): string {
  const address = parseAddress(text);
  return "path" in address ? resolve(address.path) : text;
}

function checkAddresses(
  listen: readonly string[],
  { inherited }: Values,
  specifier: string,
): void {
  if (listen.length > 0) return;
  if (inherited && inheritedAddresses().length > 0) return;
  throw new UsageError(
    `Cannot serve: no address is given, and no web server has left a socket on descriptor 0; try: tsgi-fcgi --socket /tmp/app.sock ${specifier}`,
  );
}

function logStart(
  log: Logger,
  { addresses }: FastcgiServer,
  listen: readonly string[],
  { allow }: Values,
): void {
  const isOpen = (allow ?? process.env.FCGI_WEB_SERVER_ADDRS) === undefined;
  for (const address of addresses) {
    log.info(`listening on ${address}`);
    if (isOpen && isRemote(address)) {
      log.warn(
        `whoever can reach ${address} may send requests, and claim to be anybody in them; --allow names the web server`,
      );
    }
  }
  for (const address of listen.map(parseAddress).map(formatAddress)) {
    if (addresses.includes(address) || address.endsWith(":0")) continue;
    log.info(
      `another process listens on ${address}; this one will when that ends`,
    );
  }
}

function isRemote(text: string): boolean {
  const address = parseAddress(text);
  if (!("host" in address)) return false;
  return !/^(?:localhost$|::1$|127\.)/.test(address.host);
}

/** Of a connection, or of accept(); the server goes on. */
function logTrouble(log: Logger, { code, message, cause }: TsgiError): void {
  const fields = {
    code,
    ...(cause instanceof Error && { cause: cause.message }),
  };
  if (code === "LISTEN") log.error(fields, message);
  else log.warn(fields, message);
}

function stopOnSignals(log: Logger, server: FastcgiServer): void {
  let isStopping = false;
  const stop = async (why: string, status: number): Promise<void> => {
    isStopping = true;
    const closed = server.close();
    log.info(`${why}: finishing what runs`);
    await closed;
    log.info("stopped");
    // Whatever the application has left open must not keep us.
    process.exit(status);
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(128 + constants.signals[signal]);
      void stop(signal, 0);
    });
  }
  // The process may be in any state now, but other requests deserve their answers.
  process.on("uncaughtException", (error, origin) => {
    log.fatal({ err: error }, `${origin} outside of any request`);
    if (!isStopping) void stop(origin, 1);
  });
}
