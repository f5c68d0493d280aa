// Express and Koa, asked directly and through nginx and FastCGI: the answers are the same, but for
// what compare-differences.ts declares.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Daemon } from "../support/servers/daemon.ts";
import { install } from "../support/servers/installation.ts";
import { freePort, missing } from "../support/servers/server.ts";
import { compareCases, observe } from "./compare-cases.ts";
import {
  compareDifferences,
  declaredFor,
  differencesOf,
  type ProgramName,
} from "./compare-differences.ts";
import { setupOf } from "./setups.ts";
import { Site } from "./site.ts";

const SETUP = setupOf("nginx/fastcgi.conf");
/** Milliseconds for what comes in an instant, however busy this machine is, and for what may not. */
const PATIENCE = 10_000;
const BRIEF = 500;
const PACKAGES = ["busboy", "compression"];

const programs: Readonly<
  Record<ProgramName, { file: string; packages: readonly string[] }>
> = {
  Express: { file: "compare-express.js", packages: ["express"] },
  Koa: {
    file: "compare-koa.js",
    packages: ["koa", "@koa/router", "koa-bodyparser"],
  },
};

test("the compared requests have names of their own, which the differences know", () => {
  const names = compareCases.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  assert.ok(names.length >= 60);
  for (const { cases, direct, bridged } of compareDifferences) {
    for (const name of cases) assert.ok(names.includes(name), name);
    assert.notEqual(direct, bridged);
  }
});

for (const program of ["Express", "Koa"] as const) {
  const skip = missing(SETUP.server, false) !== undefined;
  const title = `${program} through nginx and FastCGI answers as node:http does`;
  describe(title, { skip, timeout: 60_000 }, () => {
    let site: Site;
    let server: Daemon;
    let port: number;
    before(async () => {
      const { file, packages } = programs[program];
      install([...packages, ...PACKAGES]);
      const here = import.meta.dirname;
      site = await Site.start(SETUP, "/", {
        application: join(here, file),
        beside: [join(here, "compare-aborts.js")],
      });
      const { app, env } = site.sandbox;
      site.sandbox.write("app/long.txt", "0123456789".repeat(50));
      port = await freePort();
      server = new Daemon("node", [join(app, file)], {
        env: { ...env, PORT: `${port}` },
        cwd: app,
      });
      await server.accepts({ host: "127.0.0.1", port });
    });
    after(async () => {
      await server?.stop();
      await site?.stop();
    });
    for (const one of compareCases) {
      test(one.name, async () => {
        const declared = declaredFor(program, one.name);
        const patience = declared.length > 0 ? BRIEF : PATIENCE;
        const direct = await observe(port, one, PATIENCE);
        const bridged = await observe(site.port, one, patience);
        const found = differencesOf(direct, bridged);
        assert.deepEqual(sorted(found), sorted(declared));
      });
    }
  });
}

function sorted<Row extends { readonly fact: string }>(rows: Row[]): Row[] {
  return rows.sort((a, b) => a.fact.localeCompare(b.fact));
}
