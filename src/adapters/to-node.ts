import type { IncomingMessage, ServerResponse } from "node:http";
import { TsgiError } from "../common/errors.ts";
import { Run } from "../common/run.ts";
import type { Application } from "../common/types.ts";
import { ServerResponseOutput } from "./to-node-output.ts";
import { nodeBody, nodeVariables } from "./to-node-request.ts";
import { type HostOptions, hostSettings, stderr } from "./to-options.ts";

/** Options of {@link toNode}. */
export type ToNodeOptions = HostOptions;

/** What node:http, Connect and Express call for a request. */
export type NodeListener = (
  request: IncomingMessage,
  response: ServerResponse,
) => void;

/**
 * Makes a request listener of an application, for node:http, Connect and Express.
 *
 * ```ts
 * createServer(toNode(application)).listen(8000);
 * express().use("/tsgi", toNode(application)); // SCRIPT_NAME is "/tsgi"
 * ```
 *
 * Headers which earlier middleware has set stay, unless the application sets the same ones; cookies
 * are added to theirs. A body that `express.raw()` or `express.text()` has read, or of which some
 * parser has kept a `rawBody`, is read from there; one that is gone fails with code `BODY`, so mount
 * the application before `express.json()`. An application that fails is answered as everywhere, with
 * a page and a report on `errors`, and where it is too late for that the connection is closed.
 *
 * @throws {TsgiError} `CONFIG`
 */
export function toNode(
  application: Application,
  options: ToNodeOptions = {},
): NodeListener {
  const settings = hostSettings(options);
  const errors = options.errors ?? stderr;
  return (request, response) => {
    const variables = nodeVariables(request);
    const body = nodeBody(request, variables);
    const output = new ServerResponseOutput(response);
    const run = new Run({ variables, body, errors }, output, settings);
    response.on("close", () => {
      if (!response.writableFinished) run.abort(gone());
    });
    void run.serve(application);
  };
}

function gone(): TsgiError {
  return new TsgiError(
    "DISCONNECTED",
    "Cannot go on: the client closed the connection",
  );
}
