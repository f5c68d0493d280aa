// A worker of tsgi-fcgi --workers, with the arguments of its supervisor.
import { basename } from "node:path";
import { ParentChannel } from "../../worker/channel.ts";
import { messageForError } from "../end-with-error.ts";
import { EXIT, exitCodeFor } from "../exit-codes.ts";
import { readFcgiCommand } from "../fcgi-command.ts";
import { leaveSignalsToParent, obeyParent } from "./obey-parent.ts";
import { openLog } from "./open-log.ts";
import { serveApplication } from "./serve-application.ts";

const channel = new ParentChannel();
let terminate = (): void => process.exit(EXIT.FAILURE);
leaveSignalsToParent(() => terminate());
try {
  await work();
} catch (error) {
  await channel.tellBeforeEnd(failure(error));
  process.exit(exitCodeFor(error));
}

async function work(): Promise<void> {
  const { worker, generation, addresses } = await channel.begun;
  const command = readFcgiCommand(process.argv);
  if (command === undefined) return;
  const { specifier, values } = command;
  process.title = `tsgi: worker ${worker} of ${basename(specifier)}`;
  const { log, reopen } = await openLog(values);
  const serving = await serveApplication({
    specifier,
    values,
    listen: addresses,
    log,
    place: {
      worker,
      generation,
      askToLeave(reason, urgent) {
        channel.tell({ type: "leave", reason, urgent });
      },
      askStatus: () => channel.status(),
      isOrphan: () => !channel.isOpen,
    },
    onInfo: () => {},
    onExit: (error) => channel.tell(failure(error)),
  });
  serving.onReopen(reopen);
  terminate = () => serving.leave("signal", true);
  obeyParent(channel, serving, () => serving.figures());
  channel.tell({ type: "ready" });
}

function failure(error: unknown): {
  type: "failed";
  message: string;
  status: number;
} {
  return {
    type: "failed",
    message: messageForError(error),
    status: exitCodeFor(error),
  };
}
