// What systemd asks of a service of Type=notify: to say when it serves, reloads and stops (sd_notify(3)).
import { type ChildProcess, spawn } from "node:child_process";

/** How far a service has come. */
export type ServiceState = "ready" | "reloading" | "stopping";

/** Told of what systemd cannot be told. */
export type OnNotifyError = (message: string) => void;

/**
 * Tells systemd, where it has started this process and wants to know. Node has no datagram sockets of
 * Unix, so systemd's own program systemd-notify sends: the unit needs `NotifyAccess=all`.
 */
export class SystemdNotifier {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #onError: OnNotifyError;
  #watchdog: NodeJS.Timeout | undefined;
  /** Notes go out one after the other: the last one must be the last to arrive. */
  #last: Promise<void> = Promise.resolve();
  #phase: "telling" | "failing" | "mute" = "telling";

  private constructor(environment: NodeJS.ProcessEnv, onError: OnNotifyError) {
    this.#environment = environment;
    this.#onError = onError;
  }

  /**
   * Undefined where nobody wants to know. Takes its variables out of `environment`: no other program that
   * this process starts may speak for it.
   */
  static take(
    environment: NodeJS.ProcessEnv,
    onError: OnNotifyError,
  ): SystemdNotifier | undefined {
    const { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID, PATH } = environment;
    for (const name of ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]) {
      delete environment[name];
    }
    if (!NOTIFY_SOCKET) return undefined;
    const notifier = new SystemdNotifier({ NOTIFY_SOCKET, PATH }, onError);
    const isOurs = (WATCHDOG_PID ?? `${process.pid}`) === `${process.pid}`;
    const periodMs = Number(WATCHDOG_USEC) / 1_000;
    if (isOurs && periodMs > 0) notifier.#startWatchdog(periodMs / 2);
    return notifier;
  }

  /** @param status one line that `systemctl status` shows. Resolves when it is told; never rejects. */
  tell(state: ServiceState, status: string): Promise<void> {
    if (state === "stopping") clearInterval(this.#watchdog);
    return this.#send([...ASSIGNMENTS[state](), `STATUS=${oneLine(status)}`]);
  }

  /** Resolves when all that was told has arrived; never rejects. */
  get told(): Promise<void> {
    return this.#last;
  }

  /** While the event loop goes round. Where it does not, systemd ends the service after WatchdogSec=. */
  #startWatchdog(everyMs: number): void {
    const beat = (): void => void this.#send(["WATCHDOG=1"]);
    this.#watchdog = setInterval(beat, everyMs).unref();
  }

  #send(assignments: readonly string[]): Promise<void> {
    this.#last = this.#last.then(() => this.#notify(assignments));
    return this.#last;
  }

  async #notify(assignments: readonly string[]): Promise<void> {
    if (this.#phase === "mute") return;
    const failure = await outcome(
      spawn("systemd-notify", assignments, {
        env: this.#environment,
        stdio: ["ignore", "ignore", "pipe"],
      }),
    );
    const before = this.#phase;
    this.#phase = failure?.phase ?? "telling";
    if (failure === undefined || before === "failing") return;
    this.#onError(`Cannot tell systemd how the service is: ${failure.why}`);
  }
}

const ASSIGNMENTS: Readonly<Record<ServiceState, () => readonly string[]>> = {
  ready: () => ["READY=1", `MAINPID=${process.pid}`],
  reloading: () => [
    "RELOADING=1",
    `MONOTONIC_USEC=${process.hrtime.bigint() / 1_000n}`,
  ],
  stopping: () => ["STOPPING=1"],
};

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").slice(0, 200);
}

/** Undefined where it ended well. What is not installed now will not be later; anything else may pass. */
function outcome(
  child: ChildProcess,
): Promise<{ phase: "failing" | "mute"; why: string } | undefined> {
  return new Promise((resolve) => {
    let said = "";
    child.stderr?.on("data", (text) => {
      said = `${said}${text}`.slice(-200);
    });
    child.on("error", (error: NodeJS.ErrnoException) => {
      const { code, message: why } = error;
      resolve(
        code === "ENOENT"
          ? { phase: "mute", why: NO_PROGRAM }
          : { phase: "failing", why },
      );
    });
    child.on("close", (code) => {
      const why = said.trim() || `systemd-notify ended with status ${code}`;
      resolve(code === 0 ? undefined : { phase: "failing", why });
    });
  });
}

const NO_PROGRAM =
  "there is no program systemd-notify; install it, or set Type=exec in the unit and no WatchdogSec=";
