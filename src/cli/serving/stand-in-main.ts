// Answers 503 while no worker can be had. It is our code only: the application cannot be the reason that it fails.
import { resolve } from "node:path";
import { TsgiError } from "../../common/errors.ts";
import type { Application } from "../../common/types.ts";
import { ParentChannel } from "../../worker/channel.ts";
import { readFcgiCommand } from "../fcgi-command.ts";
import { createLogger } from "../log.ts";
import { Insight } from "./insight.ts";
import { leaveSignalsToParent, obeyParent } from "./obey-parent.ts";
import { serveLoaded } from "./serve-application.ts";

const unavailable: Application = () => {
  throw new TsgiError(
    "NO_WORKER",
    "Cannot serve the request: workers die as soon as they start; the supervisor's log says why",
  );
};

const channel = new ParentChannel();
leaveSignalsToParent(() => process.exit());
process.title = "tsgi: stand-in";
const { addresses, generation } = await channel.begun;
const command = readFcgiCommand(process.argv);
if (command !== undefined) {
  const { specifier, values } = command;
  const place = {
    worker: 1,
    generation,
    askStatus: () => channel.status(),
  };
  const plan = {
    specifier,
    values,
    listen: addresses,
    log: await createLogger("silent"),
    place,
  };
  // The status can be had, but nobody is to take us for the application.
  const shown = { ...values, pingPath: undefined };
  const insight = new Insight(shown, place, resolve(specifier), plan.log);
  const serving = await serveLoaded(unavailable, plan, insight);
  obeyParent(channel, serving, () => undefined);
  channel.tell({ type: "ready" });
}
