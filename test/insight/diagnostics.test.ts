import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { test } from "node:test";
import type { ObservedRequest } from "../../src/common/observer.ts";
import { diagnostics } from "../../src/insight/diagnostics.ts";
import { hello, request } from "../support/in-process.ts";

test("diagnostics tells subscribers of the start and the end of a request", async () => {
  const told: [name: string | symbol, request: ObservedRequest][] = [];
  const note = (message: unknown, name: string | symbol): void => {
    told.push([name, (message as { request: ObservedRequest }).request]);
  };
  const names = ["tsgi:request:start", "tsgi:request:end"];
  for (const name of names) subscribe(name, note);
  await request(hello, { options: { observer: diagnostics } });
  for (const name of names) unsubscribe(name, note);
  await request(hello, { options: { observer: diagnostics } });
  assert.deepEqual(
    told.map(([name]) => name),
    names,
  );
  assert.equal(told[0]?.[1], told[1]?.[1]);
  assert.equal(told[1]?.[1].status, 200);
});
