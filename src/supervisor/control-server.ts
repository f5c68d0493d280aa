// The control socket of a supervisor: for those who may not send signals, and want an answer.
import type { Socket } from "node:net";
import {
  type ControlAnswer,
  type ControlRequest,
  MAX_REQUEST,
  parseRequest,
} from "./control-protocol.ts";
import type { Supervisor } from "./supervisor.ts";

/** Connections at once. */
const MAX_CONNECTIONS = 20;
/** Milliseconds a connection may take to say what it wants. */
const SPEAK_MS = 10_000;

/** What obeys whoever connects, which is to let in nobody else. */
export function controlServer(
  supervisor: Supervisor,
): (socket: Socket) => void {
  let connections = 0;
  return (socket) => {
    if (connections === MAX_CONNECTIONS) {
      socket.destroy();
      return;
    }
    connections++;
    socket.once("close", () => connections--);
    socket.once("end", () => socket.end());
    serveConnection(socket, (request) => obey(supervisor, request));
  };
}

function serveConnection(
  socket: Socket,
  answer: (request: ControlRequest) => Promise<ControlAnswer>,
): void {
  let said = "";
  const reply = (answered: ControlAnswer): void => {
    socket.end(`${JSON.stringify(answered)}\n`);
  };
  socket.setEncoding("utf8");
  socket.setTimeout(SPEAK_MS, () => socket.destroy());
  socket.on("error", () => socket.destroy());
  socket.on("data", (text: string) => {
    said += text;
    const end = said.indexOf("\n");
    if (end < 0 && said.length <= MAX_REQUEST) return;
    socket.removeAllListeners("data").resume();
    // A reload takes as long as the application does to load.
    socket.setTimeout(0);
    const line = said.slice(0, Math.max(0, end));
    Promise.resolve(line)
      .then(parseRequest)
      .then(answer)
      .then(reply, ({ message }: Error) => reply({ ok: false, message }));
  });
}

async function obey(
  supervisor: Supervisor,
  request: ControlRequest,
): Promise<ControlAnswer> {
  switch (request.command) {
    case "status":
      return { ok: true, status: await supervisor.status() };
    case "reload":
      await supervisor.reload("tsgi ctl reload");
      break;
    case "scale":
      supervisor.scale(request.workers);
      break;
    case "reopen":
      supervisor.reopen();
      break;
    case "stop":
      void supervisor.stop(false);
      break;
  }
  return { ok: true };
}
