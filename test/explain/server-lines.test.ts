import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { entries, findInLine } from "../../src/explain/index.ts";
import { Template } from "../../src/explain/template.ts";
import { captured } from "./logs.ts";

describe("findInLine knows what servers write", () => {
  for (const { id, line } of captured) {
    test(`${id}: ${line.slice(0, 150)}`, () => {
      assert.equal(findInLine(line)[0]?.entry.id, id);
    });
  }
});

test("every message of a server is held by a captured line", () => {
  const apart = new Set([
    // busybox and macOS
    "env: node: ",
    // WebAssembly of another size
    "RangeError: WebAssembly.Instance(): Out of memory",
    // fastcgi_buffering off
    "recv() failed (104: Connection reset by peer) while reading upstream",
    // a host that does not answer at all
    " 503 … - - sC-- ",
  ]);
  for (const { id, source, says = [] } of entries) {
    if (source === "tsgi" || source === "system") continue;
    assert.ok(says.length > 0, `${id} has no message`);
    const own = captured.filter((one) => one.id === id);
    assert.ok(own.length > 0, `${id} has no captured line`);
    for (const text of says) {
      if (apart.has(text)) continue;
      const template = new Template(text);
      const isHeld = own.some(({ line }) => template.fit(line));
      assert.ok(isHeld, `${id}: no captured line has ${text}`);
    }
  }
});

test("findInLine names what the line names", () => {
  const [finding] = findInLine(
    "2026/11/28 [crit] 1#1: *2 connect() to unix:/run/x y/a.sock failed (13: Permission denied) while connecting to upstream, client: ::1",
  );
  assert.equal(finding?.entry.id, "nginx-permission");
  assert.deepEqual(finding?.values, { socket: "/run/x y/a.sock" });
});
