// The suite over an application as a listener of node:http.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import type { Application } from "../../src/common/types.ts";
import { conformanceTests } from "../../src/testing/index.ts";
import { differs, type FrontEnd } from "./differences.ts";

/** Cases which no client of HTTP could ask are skipped. */
export function conformanceOverHttp(
  frontEnd: FrontEnd,
  listenerFor: (application: Application) => RequestListener,
): void {
  const start = async (application: Application) => {
    const server = createServer(listenerFor(application));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
  };
  for (const { name, run } of conformanceTests(start)) {
    test(`${name} (${frontEnd})`, async (context) => {
      if (differs(frontEnd, name)) await assert.rejects(run());
      else if (!(await run())) context.skip("no client can ask it");
    });
  }
}
