import type { IncomingMessage, Server } from "node:http";

/** What an emitter calls where a listener's promise is rejected (node:events, captureRejections). */
const REJECTION = Symbol.for("nodejs.rejection");

/**
 * Hears of listeners of requests that reject, as a server does that was made with `captureRejections`.
 * Otherwise a rejection ends the process, and with it the other requests.
 */
export function catchRejections(
  server: Server,
  onRejection: (request: IncomingMessage, error: unknown) => void,
): void {
  const capture = Object.getOwnPropertySymbols(server).find(
    ({ description }) => description === "kCapture",
  );
  // Who has switched it on has an answer of their own, or that of node:http.
  if (capture === undefined || Reflect.get(server, capture)) return;
  Reflect.set(server, capture, true);
  const caught = (
    error: unknown,
    _event: string,
    request?: IncomingMessage,
  ): void => {
    // Of another event, such as "listening": as it was before.
    if (request === undefined) void Promise.reject(error);
    else onRejection(request, error);
  };
  Object.defineProperty(server, REJECTION, { value: caught });
}
