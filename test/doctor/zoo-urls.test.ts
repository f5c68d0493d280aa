import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { diagnose } from "../../src/doctor/diagnose.ts";
import { atEnd } from "../support/at-end.ts";
import { makeCertificate } from "../support/servers/certificate.ts";
import { Sandbox } from "../support/servers/sandbox.ts";
import { furnished } from "./zoo/machine.ts";
import { urlCases } from "./zoo/urls.ts";
import { shown, told } from "./zoo/zoo.ts";

for (const { name, code, answer, tls, stream, repair } of urlCases) {
  test(`${code ?? "nothing is found"}: ${name}`, async (t) => {
    const url = await listen(t, answer, tls);
    const { findings } = await diagnose(furnished(), { url, stream });
    assert.deepEqual(
      told(findings),
      code === undefined ? [] : [code],
      shown(findings),
    );
    if (repair) assert.match(findings[0]?.repair ?? "", repair);
  });
}

/** The port of one that does not answer is nobody's by the time it is asked. */
async function listen(
  t: TestContext,
  answer: RequestListener | undefined,
  tls?: true,
): Promise<string> {
  const server = tls
    ? createTlsServer(certificate(t), answer)
    : createServer(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  const { port } = server.address() as AddressInfo;
  if (answer === undefined) close();
  else atEnd(t, close);
  return `${tls ? "https" : "http"}://localhost:${port}/`;
}

function certificate(t: TestContext): { key: string; cert: string } {
  const sandbox = new Sandbox();
  atEnd(t, () => sandbox.remove());
  const text = readFileSync(makeCertificate(sandbox), "utf8");
  return { key: text, cert: text };
}
