import { END_SIGNALS } from "../../common/end-signals.ts";
import { statusOfSignal } from "../interruption.ts";
import type { Serving } from "./serving.ts";

/** The first of {@link END_SIGNALS} lets running requests finish, a second one ends the process at once, as SIGQUIT does. */
export function obeySignals(serving: Serving): void {
  for (const signal of END_SIGNALS) {
    process.on(signal, () => {
      if (serving.phase === "leaving") process.exit(statusOfSignal(signal));
      serving.stop(signal, 0);
    });
  }
  process.on("SIGQUIT", () => process.exit(statusOfSignal("SIGQUIT")));
  process.on("SIGUSR2", () => serving.reopen());
}

/** An error outside of any request ends the process, after the requests that run. */
export function stopOnUncaught(serving: Serving): void {
  // The process may be in any state now, but other requests deserve their answers.
  process.on("uncaughtException", (error, origin) => {
    serving.log.fatal(
      { code: "UNCAUGHT", err: error },
      `${origin} outside of any request`,
    );
    if (serving.phase === "serving") {
      serving.place.askToLeave?.("uncaught", true);
    }
    serving.stop(origin, 1);
  });
}
