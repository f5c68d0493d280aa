// An application served in this process by the real runner, with all it does kept for a look:
//
//   const answer = await request(application, { method: "POST", target: "/form?x=1", body: "a=1" });
//   answer.status; answer.header("content-type"); answer.text; answer.errors; answer.outcome;
//
// `begin` does not wait for the end, so that a test can look, block the output, or abort on the way.
import assert from "node:assert/strict";
import { variablesFor } from "../client/variables.ts";
import { Run } from "../common/run.ts";
import {
  type CommonOptions,
  type ProcessModel,
  type Settings,
  settingsFrom,
} from "../common/settings.ts";
import type {
  Application,
  Chunk,
  Environ,
  ErrorStream,
  Header,
} from "../common/types.ts";
import type { Variables } from "../common/variables.ts";
import { Answer } from "./answer.ts";
import { MemoryErrors } from "./memory-errors.ts";
import { MemoryOutput } from "./memory-output.ts";
import { type Body, bodyLength, bodySource } from "./request-body.ts";
import { watch } from "./watch.ts";

/** One request; all of it has defaults: `GET /` over HTTP/1.1 without a body. */
export interface InProcessRequest {
  readonly method?: string;
  /** As a client sends it: the path percent-encoded, with the query. */
  readonly target?: string;
  readonly headers?: readonly Header[];
  /** States Content-Length too, where its length is known and neither headers nor variables do. */
  readonly body?: Body;
  /** Joins the variables of all that; `undefined` takes one of them away. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** The DATA stream of a FastCGI filter. */
  readonly data?: Body;
  /** Options of the server, made into new settings. */
  readonly options?: CommonOptions & Partial<ProcessModel>;
  /** Settings shared with other requests, instead of `options`. */
  readonly settings?: Settings;
  /** Blocked or broken beforehand, or with a trace. */
  readonly output?: MemoryOutput;
  /** A stream instead of the one whose text is `answer.errors`. */
  readonly errors?: ErrorStream;
  /** Fills `answer.given`, and `answer.trace` with what is done with the body. */
  readonly watch?: boolean;
}

/** Serves a request to its very end, `tsgi.cleanup` included. */
export async function request(
  application: Application,
  init: InProcessRequest = {},
): Promise<Answer> {
  const answer = begin(application, init);
  await answer.served;
  await answer.ended;
  return answer;
}

/** Starts to serve a request; `await answer.ended` waits for its end. */
export function begin(
  application: Application,
  init: InProcessRequest = {},
): Answer {
  const output = init.output ?? new MemoryOutput();
  const log = new MemoryErrors();
  const parts = {
    variables: variablesOf(init),
    body: bodySource(init.body ?? []),
    data: init.data === undefined ? undefined : bodySource(init.data),
    errors: init.errors ?? log,
  };
  const settings = init.settings ?? inProcessSettings(init.options);
  const run = new Run(parts, output, settings);
  const given: Chunk[] = [];
  const watched = init.watch
    ? watch(application, { trace: output.trace, given })
    : application;
  const served = run.serve(watched) ?? DONE;
  return new Answer({ run, output, log, given, served });
}

/** The environ an application is called with. Rejects where the request is refused instead. */
export async function environOf(init: InProcessRequest = {}): Promise<Environ> {
  let environ: Environ | undefined;
  const answer = await request((given, startResponse) => {
    environ = given;
    startResponse("204 No Content", []);
    return [];
  }, init);
  return environ ?? assert.fail(`${answer.status}: ${answer.errors}`);
}

/** The settings of a server in this process, which runs alone and serves requests concurrently. */
export function inProcessSettings(
  options: CommonOptions & Partial<ProcessModel> = {},
): Settings {
  return settingsFrom(options, {
    multiprocess: options.multiprocess ?? false,
    runOnce: options.runOnce ?? false,
    concurrent: options.concurrent ?? true,
  });
}

const DONE = Promise.resolve();
const LOOPBACK = "127.0.0.1";

function variablesOf(init: InProcessRequest): Variables {
  const http = {
    method: init.method ?? "GET",
    target: init.target ?? "/",
    version: "1.1",
    headers: init.headers ?? [],
    server: { address: LOOPBACK, port: 80 },
    client: { address: LOOPBACK, port: 49_152 },
  };
  const variables =
    variablesFor(http, "") ??
    assert.fail(`the target "${http.target}" has no path`);
  variables.CONTENT_LENGTH ??= bodyLength(init.body)?.toString();
  // Object.entries, since a test may well name a variable "__proto__".
  for (const [name, value] of Object.entries(init.variables ?? {})) {
    variables[name] = value;
  }
  for (const name in variables) {
    if (variables[name] === undefined) delete variables[name];
  }
  return variables;
}
