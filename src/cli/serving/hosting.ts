// What a process owes to whoever has started it: to be somebody, to have an environment, and to tell how it is.
import { resolve } from "node:path";
import type { Logger } from "pino";
import { missingVariables } from "../../host/environment.ts";
import {
  assumeIdentity,
  chooseIdentity,
  type Identity,
} from "../../host/identity.ts";
import { giveFile } from "../../host/owned-file.ts";
import { PidFile } from "../../host/pid-file.ts";
import { SystemdNotifier } from "../../host/systemd.ts";
import { LOG_MODE } from "../../insight/log-file.ts";
import type { Values } from "../options/option.ts";
import { releaseStarter } from "./starter.ts";

/**
 * A process that serves alone, or that supervises those which do. Workers inherit what it has become.
 *
 *   prepared ----------> settled ---------> serving ----------> stopping
 *             settle()            serve()    ^ |     stop()
 *                                            +-+ reload(), and serve() again
 */
export class Hosting {
  readonly #log: Logger;
  readonly #identity: Identity | undefined;
  readonly #pidFile: PidFile | undefined;
  /** Logs, which workers open. */
  readonly #logs: readonly string[];
  readonly #notifier: SystemdNotifier | undefined;
  #phase: "prepared" | "settled" | "serving" | "stopping" = "prepared";

  private constructor(
    log: Logger,
    identity: Identity | undefined,
    pidFile: PidFile | undefined,
    logs: readonly string[],
  ) {
    this.#log = log;
    this.#logs = logs;
    this.#identity = identity;
    this.#pidFile = pidFile;
    this.#notifier = SystemdNotifier.take(process.env, (message) => {
      log.warn(message);
    });
  }

  /**
   * Finds out whether it may and can do what was asked for.
   *
   * @throws {TsgiError} `CONFIG`
   */
  static prepare(values: Values, log: Logger): Hosting {
    const { user, group, allowRoot = false, pidFile } = values;
    const identity = chooseIdentity({ user, group, allowRoot });
    const file =
      pidFile === undefined ? undefined : PidFile.claim(resolve(pidFile));
    process.once("exit", () => file?.remove());
    const { logFile, accessLog } = values;
    const logs = [logFile, accessLog === "-" ? undefined : accessLog]
      .filter((path) => path !== undefined)
      .map((path) => resolve(path));
    return new Hosting(log, identity, file, logs);
  }

  /** Whether it will become somebody else: then all that takes root comes before {@link settle}. */
  get changesIdentity(): boolean {
    return this.#identity !== undefined;
  }

  /** When addresses are bound, and before any code of the application runs. */
  settle(): void {
    if (this.#identity !== undefined) {
      // Where root may write, the user may not later.
      this.#pidFile?.write();
      const { uid, gid } = this.#identity;
      for (const path of this.#logs) giveFile(path, LOG_MODE, uid, gid);
      assumeIdentity(this.#identity);
      // They are root's.
      for (const name of ["HOME", "USER", "LOGNAME"]) delete process.env[name];
    }
    const missing = missingVariables(process.env);
    Object.assign(process.env, missing);
    const names = Object.keys(missing);
    if (names.length > 0) {
      this.#log.debug(missing, `set in the environment: ${names.join(", ")}`);
    }
    this.#phase = "settled";
  }

  /** It serves, or does so again. @throws {TsgiError} `CONFIG` where the pid file cannot be written any more */
  serve(status: string): void {
    if (this.#phase === "stopping") return;
    const isFirst = this.#phase !== "serving";
    if (isFirst && !this.changesIdentity) this.#pidFile?.write();
    this.#phase = "serving";
    void this.#notifier?.tell("ready", status);
    if (isFirst) releaseStarter();
  }

  /** New workers are started; {@link serve} says that this is over, however it went. */
  reload(status: string): void {
    if (this.#phase !== "serving") return;
    void this.#notifier?.tell("reloading", status);
  }

  /** It finishes what runs. */
  stop(status: string): void {
    if (this.#phase === "stopping") return;
    this.#phase = "stopping";
    void this.#notifier?.tell("stopping", status);
  }

  /** Resolves when all that was told has arrived: what is on its way is lost with the process. */
  async told(): Promise<void> {
    await this.#notifier?.told;
  }
}
