// The suite over a FastCGI engine: one responder for all cases, told by a variable which is meant.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { type FastcgiServer, serve } from "../../src/fastcgi/serve.ts";
import { roundTrip } from "../support/peer.ts";
import type { FrontEnd } from "./differences.ts";
import { cases, conformance, readAnswer, variablesOf } from "./front-ends.ts";

export function conformanceOver(
  frontEnd: FrontEnd,
  engine: "tsgi" | "node-fastcgi",
): void {
  const directory = mkdtempSync(join(tmpdir(), "tsgi-suite-"));
  const address = join(directory, "s");
  let server: FastcgiServer;

  before(async () => {
    server = await serve(
      (environ, startResponse) => {
        const one = cases[Number(environ["test.case"])];
        if (one === undefined) throw new Error("There is no such case");
        return one.application(environ, startResponse);
      },
      { listen: [address], inherited: false, engine },
    );
  });
  after(async () => {
    await server.close();
    rmSync(directory, { recursive: true });
  });

  conformance(frontEnd, async (one, index) => {
    const variables = { ...variablesOf(one), "test.case": String(index) };
    const answer = await roundTrip(address, variables, one.request?.body);
    const errors = answer.stderr.toString();
    return readAnswer(answer.stdout, errors, answer.appStatus === 0);
  });
}
