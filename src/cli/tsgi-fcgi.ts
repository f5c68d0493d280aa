// tsgi-fcgi: serves an application over FastCGI.
import type { Built } from "../built/built.ts";
import { isCgi } from "../cgi/serve.ts";
import { endWithError } from "./end-with-error.ts";
import { UsageError } from "./exit-codes.ts";
import {
  type FcgiCommand,
  fcgiOptions,
  nameFor,
  readFcgiCommand,
} from "./fcgi-command.ts";
import { Hosting } from "./serving/hosting.ts";
import { type Inherited, inheritedBy } from "./serving/inherited-sockets.ts";
import { logListening } from "./serving/log-listening.ts";
import { openLog } from "./serving/open-log.ts";
import {
  type LoadPlan,
  serveApplication,
} from "./serving/serve-application.ts";
import { serveOrRefuse } from "./serving/serve-or-refuse.ts";
import { obeySignals } from "./serving/signals.ts";
import { hasStarter } from "./serving/starter.ts";
import { triggerPlan } from "./serving/trigger-plan.ts";
import { watchTriggers } from "./serving/triggers.ts";
import { isSupervised } from "./serving/worker-size.ts";

/**
 * Runs the command.
 *
 * @param onInfo told, besides the log, how the application was recognised
 * @param built the file that the application is inside of, if it is; none is named then
 */
export async function main(
  argv: readonly string[],
  onInfo: (message: string) => void = () => {},
  built?: Built,
): Promise<void> {
  // A web server may take the file for a CGI program all the same.
  if (isCgi() && process.env.GATEWAY_INTERFACE !== undefined) {
    const { serveCgi } = await import("./tsgi-cgi.ts");
    return serveCgi(argv, fcgiOptions);
  }
  try {
    await start(argv, onInfo, built);
  } catch (error) {
    endWithError(nameFor(built), error);
  }
}

async function start(
  argv: readonly string[],
  onInfo: (message: string) => void,
  built: Built | undefined,
): Promise<void> {
  const command = readFcgiCommand(argv, built);
  if (command === undefined) return;
  const { specifier, values, warnings } = command;
  const inherited = inheritedBy(values);
  const listen = [...new Set([...command.listen, ...inherited.bySystemd])];
  checkAddresses(command, listen, inherited);
  checkProcesses(command);
  const args = argv.slice(2);
  if (values.daemon && !hasStarter()) {
    const { startDaemon } = await import("./serving/daemon.ts");
    return startDaemon(args, inherited, values.logFile);
  }
  const opened = await openLog(values);
  const { log } = opened;
  const hosting = Hosting.prepare(values, log);
  for (const warning of [...warnings, inherited.warning ?? []].flat()) {
    log.warn(warning);
  }
  // Root binds, the user loads the application: that takes two processes.
  const binds = listen.some((address) => !address.startsWith("fd:"));
  const takesTwo = hosting.changesIdentity && binds;
  if (takesTwo && built !== undefined) throw oneProcess(built);
  if (takesTwo || isSupervised(values)) {
    const { supervise } = await import("./serving/supervise.ts");
    return supervise({ ...command, listen }, args, opened, hosting);
  }
  hosting.settle();
  const triggers = triggerPlan(command);
  const plan: LoadPlan = {
    specifier,
    built,
    values,
    listen,
    log,
    place: { worker: 0, generation: 1 },
    onInfo,
    onExit: (error) => endWithError(nameFor(built), error),
  };
  const serving = await (inherited.byWebServer.length > 0
    ? serveOrRefuse(plan, triggers)
    : serveApplication(plan));
  serving.onLeave((why) => hosting.stop(why));
  serving.onEnd(() => hosting.told());
  serving.onReopen(opened.reopen);
  obeySignals(serving);
  // Whoever has started this process starts another when it ends.
  if (serving.server.addresses.includes("fd:0")) {
    watchTriggers({
      ...triggers,
      watch: false,
      onTrigger: (reason) => serving.stop(reason, 0),
      onTrouble: (message) => log.warn(message),
    });
  }
  logListening(log, serving.server.addresses, listen, values.allow);
  hosting.serve(`serving ${specifier}`);
}

function checkAddresses(
  { specifier, built }: FcgiCommand,
  listen: readonly string[],
  { byWebServer, warning }: Inherited,
): void {
  if (listen.length > 0 || byWebServer.length > 0) return;
  const why = warning ?? "no web server has left a socket on descriptor 0";
  const command = built === undefined ? "tsgi-fcgi" : specifier;
  const application = built === undefined ? ` ${specifier}` : "";
  throw new UsageError(
    `Cannot serve: no address is given, and ${why}; try: ${command} --socket /tmp/app.sock${application}`,
  );
}

function checkProcesses({ built, values }: FcgiCommand): void {
  if (built === undefined || !(values.daemon || isSupervised(values))) return;
  throw oneProcess(built);
}

/** Other processes are started by programs which are not in a built file. */
function oneProcess({ file }: Built): UsageError {
  return new UsageError(
    `Cannot serve ${file} by several processes, or in the background: a built file is one process; leave --workers, --daemon and --user out, or serve the application itself by tsgi-fcgi`,
  );
}
