import { closerOf, sendBody } from "../common/body.ts";
import { TsgiError } from "../common/errors.ts";
import { Exchange } from "../common/exchange.ts";
import { GuardedOutput } from "../common/output.ts";
import { settingsFrom } from "../common/settings.ts";
import type { Application, Environ } from "../common/types.ts";
import { ConnectOutput } from "./connect-output.ts";
import type { NodeExchange } from "./node-exchange.ts";

const SETTINGS = settingsFrom(
  {},
  { multiprocess: false, runOnce: false, concurrent: true },
);

/**
 * Calls an application and sends its response through a `res`. Warnings are left to the runner
 * outside, which sees the response as well.
 *
 * @throws what the application throws
 */
export async function serveThrough(
  application: Application,
  environ: Environ,
  outer: NodeExchange,
): Promise<void> {
  const { res } = outer;
  const output = new ConnectOutput(res);
  const inner = new Exchange(
    new GuardedOutput(output, disconnected),
    SETTINGS,
    environ.REQUEST_METHOD === "HEAD",
    () => {},
  );
  let closer: (() => unknown) | undefined;
  const close = async () => {
    const closing = closer;
    closer = undefined;
    try {
      await closing?.();
    } catch (error) {
      outer.report(error, "close() failed");
    }
  };
  // A client that has left ends the response, whatever the application waits for.
  res.once("close", () => {
    inner.end();
    void close();
  });
  try {
    const body = await application(environ, inner.startResponse);
    closer = closerOf(body);
    const last = closer === undefined;
    await sendBody(body, inner, last);
    await inner.complete(last);
  } finally {
    await close();
  }
  output.finish();
}

function disconnected(cause: unknown): TsgiError {
  if (TsgiError.is(cause)) return cause;
  return new TsgiError(
    "DISCONNECTED",
    "Cannot send the response: the connection is closed",
    { cause },
  );
}
