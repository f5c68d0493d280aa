import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Address,
  formatAddress,
  parseAddress,
} from "../../src/fastcgi/address.ts";

const longest = `/${"x".repeat(106)}`;
const addresses: [text: string, address: Address, canonical?: string][] = [
  ["fd:0", { fd: 0 }],
  ["fd:17", { fd: 17 }],
  ["fd:007", { fd: 7 }, "fd:7"],
  ["9000", { host: "127.0.0.1", port: 9000 }, "127.0.0.1:9000"],
  ["0", { host: "127.0.0.1", port: 0 }, "127.0.0.1:0"],
  ["65535", { host: "127.0.0.1", port: 65_535 }, "127.0.0.1:65535"],
  [":9000", { host: "127.0.0.1", port: 9000 }, "127.0.0.1:9000"],
  ["localhost:9000", { host: "localhost", port: 9000 }],
  ["0.0.0.0:80", { host: "0.0.0.0", port: 80 }],
  ["app-1.internal:65535", { host: "app-1.internal", port: 65_535 }],
  ["[::1]:9000", { host: "::1", port: 9000 }],
  ["[::]:0", { host: "::", port: 0 }],
  ["[::ffff:127.0.0.1]:1", { host: "::ffff:127.0.0.1", port: 1 }],
  ["/run/app.sock", { path: "/run/app.sock" }],
  ["app.sock", { path: "app.sock" }],
  ["./9000", { path: "./9000" }],
  ["/run/app:9000", { path: "/run/app:9000" }],
  ["dir/host:9000", { path: "dir/host:9000" }],
  ["fd:x", { path: "fd:x" }],
  ["fd:", { path: "fd:" }],
  ["::1:9000", { path: "::1:9000" }],
  ["[::1]", { path: "[::1]" }],
  ["host:", { path: "host:" }],
  ["+9000", { path: "+9000" }],
  ["/run/a b\n.sock", { path: "/run/a b\n.sock" }],
  [longest, { path: longest }],
];
for (const [text, address, canonical = text] of addresses) {
  const is = JSON.stringify(text.slice(0, 30));
  test(`C10.03 parseAddress reads ${is}`, () => {
    assert.deepEqual(parseAddress(text), address);
  });
  test(`formatAddress writes ${is} so that it is read alike`, () => {
    assert.equal(formatAddress(address), canonical);
    assert.deepEqual(parseAddress(canonical), address);
  });
}

const impossible: [text: string, message: RegExp][] = [
  ["", /it has 0 bytes/],
  [`/${"x".repeat(107)}`, /it has 108 bytes, and 1 to 107 are possible/],
  [`/${"ü".repeat(53)}/`, /it has 108 bytes/],
  ["65536", /ports end at 65535/],
  ["localhost:65536", /ports end at 65535/],
  ["[::1]:99999999999999999999", /ports end at 65535/],
];
for (const [text, message] of impossible) {
  test(`C10.03 parseAddress refuses ${JSON.stringify(text.slice(0, 30))} of ${text.length}`, () => {
    assert.throws(() => parseAddress(text), { code: "LISTEN", message });
  });
}
