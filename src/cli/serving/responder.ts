import { type ChildProcessByStdio, spawn } from "node:child_process";
import { existsSync, watch } from "node:fs";
import { basename, dirname } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { FcgiClient } from "../../client/fastcgi.ts";
import { TsgiError } from "../../common/errors.ts";
import type { Setting } from "../options/config.ts";
import { flagsOf } from "../options/flags.ts";
import { environmentName } from "../options/option.ts";
import { optionGroups, optionsOf } from "../options/options.ts";
import { applicationOptions } from "../options/options-application.ts";
import { requestOptions } from "../options/options-request.ts";

/** What a responder of our own is told. */
const PASSED_ON = optionsOf([applicationOptions, requestOptions]);
const PROGRAM = fileURLToPath(new URL("responder-main.js", import.meta.url));
/** Characters of its output to keep for an error. */
const KEPT = 8_192;

/** What to start. */
export interface ResponderPlan {
  readonly application: string;
  /** Those about the application and its requests are passed on. */
  readonly settings: readonly Setting[];
  /** A path in a folder that exists, used by nobody else. */
  readonly socket: string;
  /** Gets what the process writes to stdout and stderr. */
  readonly onOutput: (text: Uint8Array) => void;
  /** Told how the application was recognised. */
  readonly onNote?: (message: string) => void;
}

/** A `tsgi-fcgi` of our own. */
export class ResponderProcess {
  readonly client: FcgiClient;
  /** Resolves when it listens; rejects as `ended` resolves, where that happens instead. */
  readonly ready: Promise<void>;
  /** Resolves when the process has ended: `LOAD`, and as its cause the text it wrote last. */
  readonly ended: Promise<TsgiError>;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;

  constructor(plan: ResponderPlan) {
    this.client = new FcgiClient({ path: plan.socket });
    const child = spawn(process.execPath, [PROGRAM, ...argumentsFor(plan)], {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      env: environment(),
    }) as ChildProcessByStdio<null, Readable, Readable>;
    this.#child = child;
    const killed = (): boolean => child.kill("SIGKILL");
    process.once("exit", killed);
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (text: Uint8Array) => {
        said = (said + text).slice(-KEPT);
        plan.onOutput(text);
      });
    }
    child.on("message", (note) => plan.onNote?.(String(note)));
    this.ended = new Promise((resolve) => {
      child.on("error", (cause) => {
        const message = `Cannot start ${PROGRAM}: ${cause.message}`;
        resolve(new TsgiError("LOAD", message, { cause }));
      });
      child.on("close", (code, signal) => {
        process.off("exit", killed);
        const how = signal
          ? `was killed by ${signal}`
          : `ended with status ${code}`;
        const message = `Cannot run ${plan.application}: its process ${how}`;
        resolve(new TsgiError("LOAD", message, { cause: said }));
      });
    });
    this.ready = listening(plan.socket, this.ended);
  }

  /** Lets it finish what runs, for as long as that. Resolves when it has ended. */
  async stop(patienceMs: number): Promise<void> {
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), patienceMs);
    await this.ended;
    clearTimeout(timer);
  }
}

/** A socket gets its name when somebody listens. */
function listening(socket: string, ended: Promise<TsgiError>): Promise<void> {
  return new Promise((resolve, reject) => {
    const watcher = watch(dirname(socket), (_, name) => {
      if (name !== basename(socket) || !existsSync(socket)) return;
      watcher.close();
      resolve();
    });
    void ended.then((error) => {
      watcher.close();
      reject(error);
    });
  });
}

function argumentsFor(plan: ResponderPlan): string[] {
  const flags = plan.settings
    .filter(({ origin }) => origin !== "default")
    .filter(({ option }) => PASSED_ON.includes(option))
    .flatMap(flagsOf);
  const own = ["--socket", plan.socket, "--no-inherited", "--log-level=warn"];
  // It serves nobody but us, in a folder that others cannot enter.
  own.push("--allow-root");
  return [...flags, ...own, "--", plan.application];
}

/** Ours, without the options it would take from there: the plan has them. */
function environment(): NodeJS.ProcessEnv {
  const env = { ...process.env };
  for (const option of optionsOf(optionGroups)) {
    delete env[environmentName(option)];
  }
  return env;
}
