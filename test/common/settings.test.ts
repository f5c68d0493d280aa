import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type CommonOptions,
  limitOf,
  settingsFrom,
} from "../../src/common/settings.ts";

const model = { multiprocess: true, runOnce: true, concurrent: false };

test("settingsFrom has the documented defaults", () => {
  const { warned, ...settings } = settingsFrom({}, model);
  assert.deepEqual(settings, {
    mount: undefined,
    environ: {},
    maxBodyBytes: Number.POSITIVE_INFINITY,
    maxHeaderBytes: 65_536,
    requestTimeoutMs: 0,
    abortGraceMs: 5_000,
    showErrors: false,
    debugToken: undefined,
    observer: undefined,
    ...model,
  });
  assert.equal(warned.size, 0);
});

test("settingsFrom takes what it is given, and checks the mount point", () => {
  const settings = settingsFrom({ mount: "/app/", abortGraceMs: 0 }, model);
  assert.equal(settings.mount, "/app");
  assert.equal(settings.abortGraceMs, 0);
  assert.throws(() => settingsFrom({ mount: "app" }, model), {
    code: "CONFIG",
  });
});

test("settingsFrom copies the pairs for the environ", () => {
  const environ = { "my.key": 1 };
  const settings = settingsFrom({ environ }, model);
  environ["my.key"] = 2;
  assert.equal(settings.environ["my.key"], 1);
});

const pairs: Record<string, unknown> = {
  "tsgi.input": "x",
  "tsgi.mine": "x",
  PORT: 80,
  NOTHING: undefined,
  TEXT: new String("x"),
  PRICE: "5 €",
};
for (const [name, value] of Object.entries(pairs)) {
  test(`A2.03 A2.19 A2.20 settingsFrom refuses to add ${name} to the environ`, () => {
    assert.throws(() => settingsFrom({ environ: { [name]: value } }, model), {
      code: "CONFIG",
      message: new RegExp(`^Cannot add "${name}" to the environ: `),
    });
  });
}

const limits = [
  "maxBodyBytes",
  "maxHeaderBytes",
  "requestTimeoutMs",
  "abortGraceMs",
] as const;
for (const name of limits) {
  test(`settingsFrom refuses ${name} that is no number from 0`, () => {
    for (const value of [-1, Number.NaN, "5", null]) {
      const options: CommonOptions = { [name]: value };
      assert.throws(() => settingsFrom(options, model), {
        code: "CONFIG",
        message: new RegExp(`^Cannot use ${value} for ${name}: `),
      });
    }
  });
}

test("limitOf refuses a time that setTimeout would not wait", () => {
  const options = { waitMs: 2_147_483_648, longMs: 2_147_483_647 };
  assert.throws(() => limitOf(options, "waitMs"), { code: "CONFIG" });
  assert.throws(() => limitOf({ waitMs: Number.POSITIVE_INFINITY }, "waitMs"), {
    code: "CONFIG",
  });
  assert.equal(limitOf(options, "longMs"), 2_147_483_647);
});

test("limitOf names a maximum only where there is one", () => {
  assert.throws(() => limitOf({ maxBytes: -1 }, "maxBytes"), {
    message: "Cannot use -1 for maxBytes: it must be a number of 0 or more",
  });
  assert.throws(() => limitOf({ waitMs: -1 }, "waitMs"), {
    message: /it must be a number from 0 to 2147483647$/,
  });
});

test("limitOf lets a number of bytes be without a limit", () => {
  const unlimited = Number.POSITIVE_INFINITY;
  assert.equal(limitOf({ maxBytes: unlimited }, "maxBytes"), unlimited);
  assert.equal(limitOf({ maxBytes: undefined }, "maxBytes"), undefined);
});
