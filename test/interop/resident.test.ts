// Resident CGI behind the servers that know nothing but CGI: all cases, once the responder is there.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { seen } from "../resident/site.ts";
import { cases } from "./cases.ts";
import { ask } from "./client.ts";
import { expectation } from "./differences.ts";
import { type Setup, setupOf } from "./setups.ts";
import type { Site } from "./site.ts";
import { withSite } from "./suite.ts";

const cgi = setupOf("apache/cgi.conf");
const SETUPS: readonly Setup[] = [
  cgi,
  { ...cgi, server: "apache-prefork" },
  setupOf("lighttpd/cgi.conf"),
];

for (const setup of SETUPS) {
  withSite(
    setup,
    setup.mount,
    (site) => {
      before(async () => {
        assert.equal(
          (await ask(site().port, site().url("variables"))).status,
          200,
        );
        await listens(site());
      });
      for (const { name, observe } of cases) {
        test(`${setup.server}, resident: ${name}`, async () => {
          const { expected, patience } = expectation(setup, name);
          assert.deepEqual(await observe(site(), patience), expected);
        });
      }
      test(`${setup.server}: one responder has served them all`, () => {
        const log = readFileSync(join(directoryOf(site()), "log"), "utf8");
        assert.equal(log.match(/listening/g)?.length, 1, log);
        assert.doesNotMatch(log, /leaving/);
      });
    },
    { resident: true },
  );
}

function directoryOf(site: Site): string {
  const base = join(site.sandbox.root, "r");
  const [name = "none"] = readdirSync(base);
  return join(base, name);
}

async function listens(site: Site): Promise<void> {
  const directory = directoryOf(site);
  await seen(directory, () => existsSync(join(directory, "s")));
}
