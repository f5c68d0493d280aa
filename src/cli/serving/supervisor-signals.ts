import { MAX_WORKERS } from "../../supervisor/control-protocol.ts";
import type { Supervisor } from "../../supervisor/supervisor.ts";
import { statusOfSignal } from "../interruption.ts";

/** Signals of a supervisor. Each only asks for what then happens in its turn. */
export function obeySupervisorSignals(supervisor: Supervisor): void {
  let isStopping = false;
  const stop = async (
    signal: NodeJS.Signals,
    atOnce: boolean,
  ): Promise<void> => {
    isStopping = true;
    if (atOnce) process.exitCode = statusOfSignal(signal);
    await supervisor.stop(atOnce);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => void stop(signal, isStopping));
  }
  process.on("SIGQUIT", () => void stop("SIGQUIT", true));
  process.on("SIGHUP", () => {
    // What fails is told, and the old workers stay.
    if (!isStopping) supervisor.reload("SIGHUP").catch(() => {});
  });
  process.on("SIGTTIN", () => {
    supervisor.scale(Math.min(MAX_WORKERS, supervisor.target + 1));
  });
  process.on("SIGTTOU", () => {
    supervisor.scale(Math.max(1, supervisor.target - 1));
  });
  process.on("SIGUSR2", () => supervisor.reopen());
}
