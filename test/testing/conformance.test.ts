import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import { toNode } from "../../src/adapters/index.ts";
import {
  conformance,
  conformanceCases,
  conformanceTests,
  readGatewayAnswer,
  type StartServer,
} from "../../src/testing/index.ts";
import { MemoryErrors } from "../../src/testing/memory-errors.ts";

const log = new MemoryErrors();

/** A server of TSGI applications which speaks HTTP. */
const startHttp: StartServer = async (application) => {
  const server = createServer(toNode(application, { errors: log }));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
};

describe("G6.08 conformance over HTTP", () => conformance(startHttp));

test("G6.08 conformance finds each case wanting where a server always answers the same", async () => {
  const bytes = Buffer.from("X-A: 1\r\nStatus: 299 Same\r\n\r\nsame");
  let closed = 0;
  const tests = conformanceTests(() => ({
    send: async () => readGatewayAnswer(bytes, "", true),
    close: () => void closed++,
  }));
  for (const { name, run } of tests) await assert.rejects(run(), Error, name);
  assert.equal(closed, tests.length);
});

test("G6.08 conformanceTests name the clauses", () => {
  const tests = conformanceTests(startHttp);
  assert.equal(tests.length, conformanceCases.length);
  assert.equal(new Set(tests.map(({ name }) => name)).size, tests.length);
  for (const { ids, name } of tests) {
    assert.ok(ids.length > 0, name);
    assert.ok(name.startsWith(`${ids.join(" ")} `), name);
  }
});

test("G6.08 conformance registers with the runner it is given", async () => {
  const names: string[] = [];
  conformance(startHttp, { test: (name) => names.push(name) });
  assert.deepEqual(
    names,
    conformanceCases.map(({ name }) => name),
  );
});

test("G6.08 conformance says what is missing of a server", async () => {
  const [first] = conformanceTests(() => ({}));
  await assert.rejects(first?.run() ?? Promise.resolve(), /send\(\) nor url/);
});

test("G6.08 tsgi/testing leaves node:test alone until it is asked", () => {
  const module = new URL("../../src/testing/index.ts", import.meta.url).href;
  const source = `import ${JSON.stringify(module)}; console.log(process.moduleLoadList.filter((name) => name.includes("test_runner")).length)`;
  const args = ["--import", "tsx", "--input-type=module", "--eval", source];
  const env = { ...process.env };
  delete env.NODE_TEST_CONTEXT;
  const output = execFileSync(process.execPath, args, { env });
  assert.equal(output.toString(), "0\n");
});
