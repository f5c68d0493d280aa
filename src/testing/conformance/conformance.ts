// The suite for any server of TSGI applications.
import type { test } from "node:test";
import type { Application } from "../../common/types.ts";
import { askHttp } from "./ask-http.ts";
import type { ConformanceCase, GatewayAnswer, GatewayRequest } from "./case.ts";
import { conformanceCases } from "./cases.ts";

/** A server that serves one application. */
export interface TestedServer {
  /** Sends it a request as a web server would. */
  send?(request: GatewayRequest): Promise<GatewayAnswer>;
  /**
   * Where it answers HTTP, instead of `send`: `"http://127.0.0.1:8080"`. The cases about variables no client
   * can set, and about the error log, are skipped then.
   */
  readonly url?: string | URL;
  close?(): unknown;
}

/** Starts the server to test, once for each case; `one.name` lets another process find the application. */
export type StartServer = (
  application: Application,
  one: ConformanceCase,
) => TestedServer | PromiseLike<TestedServer>;

/** A case to run, for test runners of any kind. */
export interface ConformanceTest {
  /** The clauses of docs/specification.md: `["A1.06"]`; those of section E are cases of other suites. */
  readonly ids: readonly string[];
  readonly name: string;
  /** Rejects where the server fails the case. @returns whether it could be asked at all */
  run(): Promise<boolean>;
}

/** How {@link conformance} registers its cases. */
export interface ConformanceOptions {
  /** `test` of node:test unless given; that of any runner which takes a name and an async function. */
  readonly test?: (name: string, run: () => Promise<void>) => unknown;
}

/**
 * Registers a test for each case of the suite:
 *
 * `conformance(async (application) => { const server = await serve(application); return { url, close: () => server.close() }; })`
 */
export function conformance(
  startServer: StartServer,
  options: ConformanceOptions = {},
): void {
  for (const { name, run } of conformanceTests(startServer)) {
    if (options.test !== undefined) {
      options.test(name, async () => void (await run()));
    } else {
      nodeTest()(name, async (context) => {
        if (!(await run())) context.skip("the server has only a url");
      });
    }
  }
}

/** The cases of {@link conformance}, to be run by whoever wants to. */
export function conformanceTests(startServer: StartServer): ConformanceTest[] {
  return conformanceCases.map((one) => ({
    ids: /^(?:[A-G]\d+\.\d\d )*/.exec(one.name)?.[0].trim().split(" ") ?? [],
    name: one.name,
    async run() {
      const server = await startServer(one.application, one);
      try {
        const answer = await ask(server, one);
        if (answer === undefined) return false;
        one.check(answer);
        return true;
      } finally {
        await server.close?.();
      }
    },
  }));
}

async function ask(
  server: TestedServer,
  one: ConformanceCase,
): Promise<GatewayAnswer | undefined> {
  if (server.send !== undefined) return server.send(one.request);
  if (server.url === undefined) {
    throw new TypeError("Cannot ask the server: it has neither send() nor url");
  }
  return one.http && askHttp(server.url, one.http);
}

/** Not by an import, which would make tests of whatever program loads this. */
function nodeTest(): typeof test {
  return process.getBuiltinModule("node:test").test;
}
