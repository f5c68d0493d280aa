import assert from "node:assert/strict";
import { test } from "node:test";
import { destination } from "../../src/client/address.ts";

test("destination reads the addresses --listen takes", () => {
  const host = "127.0.0.1";
  assert.deepEqual(destination("/run/a.sock"), { path: "/run/a.sock" });
  assert.deepEqual(destination("./a.sock"), { path: "./a.sock" });
  assert.deepEqual(destination("9000"), { host, port: 9000 });
  assert.deepEqual(destination("127.0.0.1:9000"), { host, port: 9000 });
  assert.deepEqual(destination("app.local:80"), {
    host: "app.local",
    port: 80,
  });
  assert.deepEqual(destination("[::1]:9000"), { host: "::1", port: 9000 });
});

for (const address of ["", "app", "a:b", "::1:9000", "99999", "h:", "a.sock"]) {
  test(`destination refuses "${address}"`, () => {
    assert.throws(() => destination(address), { code: "CONFIG" });
  });
}
