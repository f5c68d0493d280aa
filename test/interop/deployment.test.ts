// docs/deployment.md against what it tells of.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { flagName } from "../../src/cli/options/option.ts";
import { groupsFor, optionsOf } from "../../src/cli/options/options.ts";
import { quirks } from "../../src/common/quirks.ts";
import { CHECKOUT } from "../support/servers/installation.ts";
import { setups } from "./setups.ts";

const page = readFileSync(join(CHECKOUT, "docs/deployment.md"), "utf8");
const folders = [
  ...["apache", "lighttpd", "nginx", "haproxy"],
  ...["systemd", "systemd/socket"],
];
const shipped = folders.flatMap((folder) =>
  readdirSync(join(CHECKOUT, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => `${folder}/${name}`),
);
const texts = shipped.map((file) => readFileSync(join(CHECKOUT, file), "utf8"));

/** Of node, systemctl, useradd and `tsgi build`, and what every command has. */
const OTHERS = [
  ...["--node", "--code-cache", "--report"],
  ...["--max-old-space-size", "--disable-wasm-trap-handler"],
  ...["--now", "--system", "--help", "--verify", "--force"],
  ...["--resident", "--env-file"],
];

test("every file we ship is tested, and linked from the page", () => {
  const tested = [
    ...setups.map(({ file }) => file),
    ...["apache/app.cgi", "apache/app.fcgi"],
    ...["apache/authorizer.conf", "lighttpd/authorizer.conf"],
    // In systemd.test.ts.
    ...["systemd/app.service", "systemd/tsgi@.service"],
    ...["systemd/socket/app.service", "systemd/socket/app.socket"],
  ];
  assert.deepEqual([...shipped].sort(), tested.sort());
  for (const file of shipped) assert.ok(page.includes(`(../${file})`), file);
});

test("the page's configuration is that of the files", () => {
  const lines = new Set(
    texts.flatMap((text) => text.split("\n")).map((line) => line.trim()),
  );
  const blocks = page.matchAll(
    /```(?:apache|nginx|lighttpd|haproxy|ini)\n(.*?)```/gs,
  );
  for (const [, block = ""] of blocks) {
    for (const line of block.split("\n")) {
      if (line !== "") assert.ok(lines.has(line.trim()), line);
    }
  }
});

test("the page and the files name options that exist", () => {
  const flags = optionsOf(groupsFor("tsgi-fcgi")).map(flagName);
  for (const text of [page, ...texts]) {
    for (const [flag] of text.matchAll(/--[a-z][a-z-]+/g)) {
      assert.ok(flags.includes(flag) || OTHERS.includes(flag), flag);
    }
  }
});

test("the page explains every repair of tsgi.quirks", () => {
  const names = quirks.map(({ name }) => name);
  for (const name of [...names, "mount", "outside-mount"]) {
    assert.ok(page.includes(`\`${name}\``), name);
  }
});
