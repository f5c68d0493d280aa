// tsgi init --resident: app.cgi as the relay, or why it is none.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { residencyFor } from "../../src/cli/commands/init-resident.ts";
import type { Plan } from "../../src/init/plan.ts";
import type { Site } from "../../src/init/site.ts";
import type { Surroundings } from "../../src/init/surroundings.ts";
import { targets } from "../../src/init/targets.ts";
import { folder } from "../cli/command.ts";
import { runTsgi } from "../resident/command.ts";
import { SITE } from "./site.ts";

const PERL = "/usr/bin/perl";
const RELAY = { perl: PERL };
const AROUND: Surroundings = {
  programs: new Map(),
  perl: PERL,
  hasSystemd: false,
  documentRoot: undefined,
  isCpanel: false,
  apache: undefined,
  nginxUser: [],
};
const CGI = ["htaccess", "cpanel", "apache-cgi"];

function planOf(name: string, site: Site): Plan {
  const target = targets.get(name);
  assert.ok(target);
  return target.plan(site);
}

function residency(
  name: string,
  around: Surroundings = AROUND,
  platform: NodeJS.Platform = "linux",
): ReturnType<typeof residencyFor> {
  const target = targets.get(name);
  assert.ok(target);
  return residencyFor(name, target, around, platform);
}

/** A site whose application is there. */
function realSite(t: TestContext): Site {
  const application = join(folder(t, { "app.mjs": "" }), "app.mjs");
  return { ...SITE, application, exported: "", relay: RELAY };
}

for (const name of CGI) {
  test(`app.cgi of ${name} is what tsgi-cgi --resident prints, and all else as without`, {
    skip: existsSync(PERL) ? false : "no perl",
  }, (t) => {
    const site = realSite(t);
    const { files } = planOf(name, site);
    const program = files.find(({ path }) => path.endsWith("/app.cgi"));
    assert.equal(program?.mode, 0o755);
    const [first, made, ...rest] = program.text.split("\n");
    assert.equal(
      made,
      `# Made by: tsgi init ${name} --resident ${site.application}`,
    );
    const { stdout, stderr } = runTsgi(
      "--resident",
      "--mount=/",
      site.application,
    );
    assert.equal([first, ...rest].join("\n"), stdout, stderr);
    const others = (all: Plan["files"]) =>
      all.filter((file) => file.path !== program.path);
    const plain = planOf(name, { ...site, relay: undefined });
    assert.deepEqual(others(files), others(plain.files));
  });

  test(`${name} tells how to have a process that stays, or to replace it`, () => {
    const said = (relay: Site["relay"]): string =>
      JSON.stringify(planOf(name, { ...SITE, relay }).steps);
    assert.match(said(RELAY), /"touch [^"]*restart\.txt"/);
    if (name !== "apache-cgi") {
      assert.match(said(undefined), /tsgi init \w+ --resident --force /);
      assert.match(said(RELAY), /tsgi build --resident /);
    }
    assert.doesNotMatch(said(RELAY), /tsgi init \w+ --resident/);
  });

  test(`${name} says what it means before it is written`, () => {
    const { relay, notice } = residency(name);
    assert.deepEqual(relay, RELAY);
    for (const said of [
      ...[/forbid/, /Without suEXEC/, /5 minutes/, /without --resident/],
      /SetEnv TSGI_RESIDENT 0 does, too, but not under suEXEC/,
    ]) {
      assert.match(notice, said);
    }
  });
}

test("every other target serves FastCGI, and says so", () => {
  for (const name of targets.keys()) {
    if (CGI.includes(name)) continue;
    assert.throws(() => residency(name), {
      code: "CONFIG",
      message: /^Cannot use --resident for [\w-]+: .* leave --resident out$/,
    });
  }
});

test("without perl, and elsewhere than on Linux, it stays one-shot and says why", () => {
  for (const [around, platform, why] of [
    [{ ...AROUND, perl: undefined }, "linux", /^There is no perl here/],
    [AROUND, "freebsd", /^The relay of --resident needs Linux/],
  ] as const) {
    const { relay, notice } = residency("htaccess", around, platform);
    assert.equal(relay, undefined);
    assert.match(notice, why);
    assert.match(notice, /: app\.cgi starts a process for each request\.$/m);
  }
});
