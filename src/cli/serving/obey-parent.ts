// A worker's life, as its parent wants it.
import { attachHandle, detachHandle } from "../../fastcgi/node-handle.ts";
import type { WorkerFigures } from "../../insight/figures.ts";
import type { ParentChannel } from "../../worker/channel.ts";
import type { Serving } from "./serving.ts";

/** Signals that a terminal sends to the whole process group, or that mean something to a supervisor only. */
const PARENTS: readonly NodeJS.Signals[] = [
  "SIGINT",
  "SIGHUP",
  "SIGQUIT",
  "SIGTTIN",
  "SIGTTOU",
  "SIGUSR2",
];

/** Leaves signals to the parent; SIGTERM still ends this process, `onTerm` telling how. */
export function leaveSignalsToParent(onTerm: () => void): void {
  for (const signal of PARENTS) process.on(signal, () => {});
  process.on("SIGTERM", onTerm);
}

/** From now on the parent tells what to do. It gets the figures every second, and when this process ends. */
export function obeyParent(
  channel: ParentChannel,
  serving: Serving,
  figures: () => WorkerFigures | undefined,
): void {
  channel.obey({
    drain: (why) => serving.stop(why, 0),
    adopt(handle) {
      const isLeaving = serving.phase === "leaving";
      // The parent has it, too.
      if (isLeaving) (handle as { close(): void }).close();
      else serving.server.adopt(attachHandle(handle));
      return !isLeaving;
    },
    end: () => process.exit(1),
    reopen: () => serving.reopen(),
    figures,
  });
  serving.handOver = (socket) => {
    channel.pass(detachHandle(socket), () => socket.destroy());
  };
  serving.onEnd(async () => {
    const last = figures();
    if (last === undefined) return;
    await channel.tellBeforeEnd({ type: "figures", figures: last });
  });
}
