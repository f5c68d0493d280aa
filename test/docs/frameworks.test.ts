// docs/frameworks.md: its programs run and see what the page says, its tables are those of the tests.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { flagName } from "../../src/cli/options/option.ts";
import { groupsFor, optionsOf } from "../../src/cli/options/options.ts";
import { compareTable, frameworksTable } from "../interop/frameworks-page.ts";
import { codeBlocks, root } from "./blocks.ts";

const PAGE = "docs/frameworks.md";
const page = readFileSync(join(root, PAGE), "utf8");

/** What each program answers where it is mounted at /app and asked for /app/where?q=%20. */
const answers: Readonly<Record<string, object>> = {
  "node.js": {
    method: "GET",
    url: "/where?q=%20",
    remoteAddress: "203.0.113.9",
    encrypted: true,
  },
  "express.js": {
    url: "/where?q=%20",
    baseUrl: "/app",
    originalUrl: "/app/where?q=%20",
    ip: "203.0.113.9",
    protocol: "https",
  },
  "koa.js": {
    url: "/where?q=%20",
    originalUrl: "/where?q=%20",
    ip: "203.0.113.9",
    protocol: "https",
  },
  "fastify.js": {
    url: "/where?q=%20",
    originalUrl: "/app/where?q=%20",
    ip: "203.0.113.9",
    protocol: "https",
  },
  "hono.js": {
    path: "/where",
    url: "https://www.example.com/where?q=%20",
    ip: "203.0.113.9",
  },
  "hono-export.js": {
    path: "/where",
    url: "https://www.example.com/where?q=%20",
    ip: "203.0.113.9",
    base: "/app",
  },
  "connect.js": { url: "/where?q=%20", originalUrl: "/app/where?q=%20" },
  "h3.js": {
    path: "/where?q=%20",
    url: "https://www.example.com/app/where?q=%20",
    ip: "203.0.113.9",
  },
  "nest.ts": {
    url: "/where?q=%20",
    baseUrl: "/app",
    ip: "203.0.113.9",
    year: 2030,
  },
  "adapters.js": { REMOTE_USER: "me", SCRIPT_NAME: "/app" },
};

const blocks = codeBlocks(PAGE);
let folder: string;

before(() => {
  // Inside of the project, where imports are found.
  folder = mkdtempSync(join(root, "test/docs/.blocks-"));
  for (const { name, text } of blocks) writeFileSync(join(folder, name), text);
  const options = { experimentalDecorators: true };
  const config = JSON.stringify({ compilerOptions: options });
  writeFileSync(join(folder, "tsconfig.json"), config);
});
after(() => rmSync(folder, { recursive: true }));

test(`every program of ${PAGE} has its answer`, () => {
  const names = blocks.map(({ name }) => name);
  assert.deepEqual(names.sort(), Object.keys(answers).sort());
});

for (const [name, answer] of Object.entries(answers)) {
  test(`${name} of ${PAGE} is recognised, and sees the request`, async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        ...[join(root, "bin/tsgi"), "request", join(folder, name)],
        ...["-H", "Host: www.example.com", "--env", "HTTPS=on"],
        ...["--env", "REMOTE_ADDR=203.0.113.9", "--env", "REMOTE_USER=me"],
        ...["GET", "/app/where?q=%20"],
      ],
      { env: { ...process.env, TSGI_MOUNT: "/app" } },
    );
    assert.deepEqual(JSON.parse(stdout), answer);
  });
}

test(`${PAGE} has the tables of test/interop`, () => {
  for (const table of [frameworksTable(), compareTable()]) {
    assert.ok(page.includes(table), `It should have:\n${table}`);
  }
});

test("the example for Nest compiles, under a tsconfig.json of its own", async () => {
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const project = join(root, "examples/frameworks/nest");
  await promisify(execFile)(process.execPath, [compiler, "-p", project]);
});

test(`${PAGE} names options that exist`, () => {
  const flags = optionsOf(groupsFor("tsgi-fcgi")).map(flagName);
  for (const [flag] of page.matchAll(/--[a-z][a-z-]+/g)) {
    assert.ok(flags.includes(flag), flag);
  }
});
