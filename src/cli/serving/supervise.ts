// tsgi-fcgi with workers: this process binds, and starts and replaces those that serve.
import { availableParallelism } from "node:os";
import { basename, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Logger } from "pino";
import { bindSocket } from "../../fastcgi/bind.ts";
import { inheritedAddresses, isConnected } from "../../fastcgi/inherited.ts";
import {
  type Acceptor,
  fileOptions,
  Listeners,
} from "../../fastcgi/listeners.ts";
import { controlServer } from "../../supervisor/control-server.ts";
import { GenerationError } from "../../supervisor/generation.ts";
import type { Report } from "../../supervisor/report.ts";
import { Supervisor } from "../../supervisor/supervisor.ts";
import type { SupervisorPlan } from "../../supervisor/supervisor-plan.ts";
import type { WorkerProgram } from "../../supervisor/worker-handle.ts";
import { EXIT } from "../exit-codes.ts";
import type { FcgiCommand } from "../fcgi-command.ts";
import type { Values } from "../options/option.ts";
import { packageVersion } from "../package-version.ts";
import { workingFolder } from "./application-folder.ts";
import { bindPatiently } from "./bind-patiently.ts";
import type { Hosting } from "./hosting.ts";
import { logListening, logTrouble } from "./log-listening.ts";
import type { OpenLog } from "./open-log.ts";
import { tellStarter } from "./starter.ts";
import { obeySupervisorSignals } from "./supervisor-signals.ts";
import { triggerPlan } from "./trigger-plan.ts";
import { watchTriggers } from "./triggers.ts";
import { type WorkerSize, workerSize } from "./worker-size.ts";

/** Milliseconds a worker may take for its end besides what its requests may. */
const END_MS = 5_000;

/** Runs until it is told to stop, and ends the process then. @param args of the command, for the workers */
export async function supervise(
  command: FcgiCommand,
  args: readonly string[],
  openLog: OpenLog,
  hosting: Hosting,
): Promise<void> {
  const { values, listen: wanted } = command;
  const { log } = openLog;
  const size = workerSize(values, process.execArgv);
  for (const { level, message } of size.sizing.notes) log[level](message);
  const plan = planFor(command, args, size, openLog, hosting);
  const supervisor = await Supervisor.start(plan, obeySupervisorSignals).catch(
    (error) => endUnlessStarted(error),
  );
  surviveErrors(log);
  const control = await openControl(values, supervisor, log);
  watchTriggers({
    ...triggerPlan(command),
    // What fails is told, and the old workers stay.
    onTrigger: (reason) => supervisor.reload(reason).catch(() => {}),
    onTrouble: (message) => log.warn(message),
  });
  logListening(log, supervisor.addresses, wanted, values.allow);
  hosting.serve(`serving ${command.specifier}`);
  await supervisor.ended;
  await hosting.told();
  control?.close();
  log.info("stopped");
  // A second signal has set another.
  process.exit(process.exitCode ?? EXIT.OK);
}

function planFor(
  { specifier, values, listen: wanted }: FcgiCommand,
  args: readonly string[],
  { initial, limits, sizing }: WorkerSize,
  { log, reopen }: OpenLog,
  hosting: Hosting,
): SupervisorPlan {
  const name = basename(specifier);
  const { gracefulTimeoutMs = 30_000, abortGraceMs = 5_000 } = values;
  const program = (file: string): WorkerProgram => ({
    command: process.execPath,
    args: [
      ...process.execArgv.filter((each) => !each.startsWith("--inspect")),
      ...sizing.nodeArguments,
      fileURLToPath(new URL(file, import.meta.url)),
      ...args,
    ],
    cwd: workingFolder(),
    env: () => ({ ...process.env, ...sizing.environment }),
  });
  return {
    program: program("worker-main.js"),
    standIn: program("stand-in-main.js"),
    facts: {
      version: packageVersion(),
      application: resolve(workingFolder(), specifier),
    },
    addresses: addressesOf(values, wanted),
    bind: bindPatiently(async (text) => {
      const socket = await bindSocket(text, fileOptions(values));
      // Where root may give a file its name, the user may not later.
      if (hosting.changesIdentity) await socket.place();
      return socket;
    }),
    initial,
    size: limits,
    concurrency: Math.max(1, availableParallelism()),
    startTimeoutMs: values.startTimeoutMs ?? 60_000,
    patienceMs: gracefulTimeoutMs + abortGraceMs + END_MS,
    idleExitMs: values.idleExitMs,
    report: (report) => logReport(log, report),
    onBound: () => hosting.settle(),
    onReload: (isOver) => {
      if (isOver) hosting.serve(`serving ${specifier}`);
      else hosting.reload(`reloading ${specifier}`);
    },
    onReopen: reopen,
    onStop: () => hosting.stop("finishing what runs"),
    onSize(workers) {
      const count = workers === 1 ? "1 worker" : `${workers} workers`;
      process.title = `tsgi: supervisor ${name}, ${count}`;
    },
  };
}

/** Those that were inherited, where one can listen on them; then those that were asked for. */
function addressesOf(values: Values, wanted: readonly string[]): string[] {
  const inherited = values.inherited ? inheritedAddresses() : [];
  const usable = inherited.filter((address) => {
    return !isConnected(Number(address.replace("fd:", "")));
  });
  return [...new Set([...usable, ...wanted])];
}

/** All that is served would end with this process, which looks each second at what is to be done. */
function surviveErrors(log: Logger): void {
  process.on("uncaughtException", (err) => {
    log.error({ code: "UNCAUGHT", err }, "the supervisor goes on after it");
  });
}

async function openControl(
  { control, backlog }: Values,
  supervisor: Supervisor,
  log: Logger,
): Promise<Listeners | undefined> {
  if (control === undefined) return undefined;
  const acceptor: Acceptor = {
    accept: controlServer(supervisor),
    onError: (error) => logTrouble(log, error),
  };
  const listeners = new Listeners(acceptor, { socketMode: 0o600, backlog });
  await listeners.open([], [resolve(control)]);
  return listeners;
}

function logReport(
  log: Logger,
  { level, what, code, fields = {} }: Report,
): void {
  log[level](code === undefined ? fields : { code, ...fields }, what);
}

function endUnlessStarted(error: unknown): never {
  if (!(error instanceof GenerationError)) throw error;
  const words = `tsgi-fcgi: ${error.message}\n`;
  tellStarter(words);
  process.stderr.write(words);
  // A second signal has set another.
  process.exit(process.exitCode ?? error.status ?? EXIT.FAILURE);
}
