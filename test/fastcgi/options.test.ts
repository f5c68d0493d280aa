import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_TIMEOUT_MS } from "../../src/common/settings.ts";
import { answerManagement } from "../../src/fastcgi/management.ts";
import { type FastcgiOptions, limitsFrom } from "../../src/fastcgi/options.ts";
import { FCGI } from "../../src/fastcgi/protocol.ts";
import { serve } from "../../src/fastcgi/serve.ts";
import { getValues } from "../support/peer.ts";
import { answering } from "../support/responder.ts";

test("C3.08 limitsFrom has the documented defaults", () => {
  const { onError, ...limits } = limitsFrom({});
  assert.deepEqual(limits, {
    maxConnections: 10_000,
    maxConcurrency: 1_000,
    maxQueue: 0,
    queueTimeoutMs: 30_000,
    isExempt: undefined,
    admit: undefined,
    maxParamsBytes: 1_048_576,
    maxParams: 1_000,
    maxBufferedBytes: 262_144,
    maxSpooledBytes: 1_073_741_824,
    paramsTimeoutMs: 30_000,
    lingerTimeoutMs: 30_000,
    gracefulTimeoutMs: 30_000,
    roles: ["RESPONDER"],
    halfClose: false,
    multiplex: true,
    errors: "stream",
  });
  assert.equal(typeof onError, "function");
});

const limits = [
  "maxConnections",
  "maxConcurrency",
  "maxQueue",
  "maxParamsBytes",
  "maxParams",
  "maxBufferedBytes",
  "maxSpooledBytes",
] as const;
const timeouts = [
  "paramsTimeoutMs",
  "lingerTimeoutMs",
  "gracefulTimeoutMs",
  "queueTimeoutMs",
] as const;

for (const name of [...limits, ...timeouts]) {
  test(`C3.08 limitsFrom takes ${name} and refuses what is no limit`, () => {
    assert.equal(limitsFrom({ [name]: 7 })[name], 7);
    for (const value of [-1, Number.NaN, "7", null]) {
      const options = { [name]: value } as FastcgiOptions;
      assert.throws(() => limitsFrom(options), {
        code: "CONFIG",
        message: new RegExp(`^Cannot use .* for ${name}: `),
      });
    }
  });
}

for (const name of timeouts) {
  test(`limitsFrom refuses a ${name} which no timer can wait for`, () => {
    const options = { [name]: MAX_TIMEOUT_MS + 1 };
    assert.throws(() => limitsFrom(options), { code: "CONFIG" });
  });
}

test("limitsFrom takes 0 for ever where no time at all makes no sense", () => {
  const none = { paramsTimeoutMs: 0, lingerTimeoutMs: 0, gracefulTimeoutMs: 0 };
  const limits = limitsFrom(none);
  assert.equal(limits.paramsTimeoutMs, MAX_TIMEOUT_MS);
  assert.equal(limits.lingerTimeoutMs, MAX_TIMEOUT_MS);
  assert.equal(limits.gracefulTimeoutMs, 0);
});

test("C9.01 limitsFrom refuses roles that do not exist", () => {
  const options = { roles: ["responder"] } as unknown as FastcgiOptions;
  assert.throws(() => limitsFrom(options), {
    code: "CONFIG",
    message: /^Cannot take the role "responder": there are RESPONDER, /,
  });
});

test("serve refuses options that make no sense before it listens", async () => {
  const options: FastcgiOptions[] = [
    { maxConcurrency: Number.NaN },
    { mount: "app" },
    { allow: [] },
  ];
  for (const option of options) {
    await assert.rejects(
      serve(answering(), { ...option, listen: ["/nowhere/at/all"] }),
      { code: "CONFIG" },
    );
  }
});

test("C2.02 a limit without end is told as the largest number any C program reads", () => {
  const limits = limitsFrom({ maxConcurrency: Number.POSITIVE_INFINITY });
  const asked = getValues("FCGI_MAX_REQS").subarray(FCGI.HEADER_LENGTH);
  const content = asked.subarray(0, 2 + "FCGI_MAX_REQS".length);
  const answer = answerManagement(FCGI.GET_VALUES, content, limits);
  assert.match(Buffer.from(answer).toString(), /FCGI_MAX_REQS2147483647/);
});
