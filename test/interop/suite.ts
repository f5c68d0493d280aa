import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { missing } from "../support/servers/server.ts";
import { cases } from "./cases.ts";
import { ask } from "./client.ts";
import { expectation } from "./differences.ts";
import { mounted, type Rule, refuses, targets, trusted } from "./paths.ts";
import { type Setup, setups } from "./setups.ts";
import { Site, type SiteOptions } from "./site.ts";

/** Milliseconds for all tests of a set-up, which take a tenth of it; a server that hangs takes all. */
const TIMEOUT = 30_000;

/** Tests every set-up whose file's name starts with `prefix`. */
export function testSetups(prefix: string): void {
  for (const setup of setups) {
    if (!setup.file.startsWith(prefix)) continue;
    withSite(setup, undefined, (site) => {
      for (const { name, observe } of cases) {
        test(name, async () => {
          const { expected, patience } = expectation(setup, name);
          assert.deepEqual(await observe(site(), patience), expected);
        });
      }
      testPaths(setup, trusted[setup.file] ?? mounted, site);
    });
    withSite(setup, setup.mount || "/", (site) =>
      testPaths(setup, mounted, site),
    );
  }
}

const told = new Set<string>();

/** One line for all tests of a file that need what is not installed. Under CI it fails. */
function tellMissing(what: string): void {
  if (told.has(what)) return;
  told.add(what);
  const message = `${what} is not installed: what needs it is not tested`;
  test(message, { skip: process.env.CI !== "true" }, () =>
    assert.fail(message),
  );
}

/** A group of tests of one running set-up. */
export function withSite(
  setup: Setup,
  mount: string | undefined,
  tests: (site: () => Site) => void,
  options: SiteOptions = {},
): void {
  const { tls = false } = options;
  const what = missing(setup.server, tls);
  if (what !== undefined) {
    tellMissing(what);
    return;
  }
  const option = mount === undefined ? "" : ` with --mount ${mount}`;
  const protocol = tls ? " over TLS" : "";
  const name = `${setup.file}${option}${protocol}`;
  describe(name, { timeout: TIMEOUT }, () => {
    let site: Site;
    before(async () => {
      site = await Site.start(setup, mount, options);
    });
    after(() => site?.stop());
    tests(() => site);
  });
}

function testPaths(setup: Setup, rule: Rule, site: () => Site): void {
  for (const { target, path } of targets) {
    const uri = setup.mount + target;
    if (uri === "") continue;
    test(`variables of ${uri}`, async () => {
      const { status, body } = await ask(site().port, uri);
      if (refuses(setup, target)) return assert.equal(status, 404);
      assert.equal(status, 200);
      const [script, info] = rule(setup.mount, path);
      const { variables } = JSON.parse(`${body}`);
      assert.deepEqual(
        {
          SCRIPT_NAME: variables.SCRIPT_NAME,
          PATH_INFO: variables.PATH_INFO,
          REQUEST_URI: variables.REQUEST_URI,
          "tsgi.url_scheme": variables["tsgi.url_scheme"],
        },
        {
          SCRIPT_NAME: script,
          PATH_INFO: info,
          REQUEST_URI: uri,
          "tsgi.url_scheme": "http",
        },
      );
    });
  }
}
