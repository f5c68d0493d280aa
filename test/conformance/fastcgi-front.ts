// The suite over a FastCGI engine.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { serve } from "../../src/fastcgi/serve.ts";
import { readGatewayAnswer } from "../../src/testing/index.ts";
import { roundTrip } from "../support/peer.ts";
import { conformanceOver } from "./front-ends.ts";

export function conformanceOverEngine(engine: "tsgi" | "node-fastcgi"): void {
  const directory = mkdtempSync(join(tmpdir(), "tsgi-suite-"));
  const address = join(directory, "s");
  after(() => rmSync(directory, { recursive: true }));

  conformanceOver(
    engine === "tsgi" ? "fastcgi" : engine,
    async (application) => {
      const server = await serve(application, {
        listen: [address],
        inherited: false,
        engine,
      });
      return {
        async send({ variables, body }) {
          const answer = await roundTrip(address, variables, body);
          return readGatewayAnswer(
            answer.stdout,
            answer.stderr.toString(),
            answer.appStatus === 0,
          );
        },
        close: () => server.close(),
      };
    },
  );
}
