// The suite over an application as a listener of node:http.
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { Application } from "../../src/common/types.ts";
import type { FrontEnd } from "./differences.ts";
import { conformanceOver } from "./front-ends.ts";

export function conformanceOverHttp(
  frontEnd: FrontEnd,
  listenerFor: (application: Application) => RequestListener,
): void {
  conformanceOver(frontEnd, async (application) => {
    const server = createServer(listenerFor(application));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
  });
}
