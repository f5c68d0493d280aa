import assert from "node:assert/strict";
import { test } from "node:test";
import { TsgiError } from "../../src/common/errors.ts";
import { LazySignal } from "../../src/common/signal.ts";

const first = new TsgiError("ABORTED", "first");
const second = new TsgiError("DISCONNECTED", "second");

test("LazySignal makes one signal", () => {
  const lazy = new LazySignal();
  assert.equal(lazy.signal, lazy.signal);
  assert.equal(lazy.signal.aborted, false);
});

test("LazySignal tells its listeners of the first abort", () => {
  const lazy = new LazySignal();
  const reasons: unknown[] = [];
  lazy.signal.addEventListener("abort", () => reasons.push(lazy.signal.reason));
  lazy.abort(first);
  lazy.abort(second);
  assert.deepEqual(reasons, [first]);
  assert.equal(lazy.signal.reason, first);
});

test("LazySignal, first looked at after the abort, has its first reason", () => {
  const lazy = new LazySignal();
  lazy.abort(first);
  lazy.abort(second);
  assert.equal(lazy.signal.aborted, true);
  assert.equal(lazy.signal.reason, first);
});
