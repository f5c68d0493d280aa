// The zoo before a real Apache: what is broken is broken there, and what --fix has mended answers.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { mend } from "../../../src/doctor/mend.ts";
import { atEnd } from "../../support/at-end.ts";
import { Daemon } from "../../support/servers/daemon.ts";
import { find } from "../../support/servers/sandbox.ts";
import { freePort, missing } from "../../support/servers/server.ts";
import { apacheCases } from "./apache.ts";
import { applicationCases } from "./application.ts";
import type { Case } from "./case.ts";
import { firstLineCases } from "./first-lines.ts";
import { Habitat, type Home } from "./habitat.ts";
import { hiddenCases } from "./hidden.ts";
import { harmless, htaccessAboveCases, htaccessCases } from "./htaccess.ts";
import { furnished } from "./machine.ts";
import { permissionCases } from "./permissions.ts";
import { shown } from "./zoo.ts";

const ALL: readonly Case[] = [
  ...firstLineCases,
  ...permissionCases,
  ...apacheCases,
  ...htaccessCases,
  ...htaccessAboveCases,
  ...hiddenCases,
  ...applicationCases,
];
const isRoot = process.getuid?.() === 0;

/** Where each set-up has its application. */
const PATHS: Readonly<Partial<Record<Home, string>>> = {
  cgi: "/app",
  script: "/cgi-bin/hello.cgi",
  node: "/cgi-bin/plain.cgi",
  htaccess: "/page",
  "fcgid-htaccess": "/page",
};

/** Tests for each case that a visitor of `home` notices, with one Apache. */
export function testBeforeApache(home: Home): void {
  const lacking = missing("apache", false);
  const skip = lacking !== undefined && `${lacking} is not installed`;
  describe(`before Apache (${home})`, { skip }, () => {
    let habitat: Habitat;
    let server: Daemon;
    let url = "";
    before(async () => {
      const port = await freePort();
      habitat = new Habitat(home, port);
      server = startApache(habitat);
      await server.accepts({ host: "127.0.0.1", port });
      url = `http://127.0.0.1:${port}${PATHS[home]}`;
    });
    after(async () => {
      await server?.stop();
      await habitat?.remove();
    });

    test("the healthy set-up answers", async () => {
      assert.equal(await answer(url), "200 hello", habitat.sandbox.logs());
    });
    for (const [name, act] of home === "htaccess" ? harmless : []) {
      test(`no finding: ${name}`, async () => {
        habitat.furnish();
        await act(habitat);
        assert.equal(await answer(url), "200 hello", habitat.sandbox.logs());
      });
    }
    for (const { name, code, act, visible, fixed, asRoot } of ALL.filter(
      (each) =>
        each.home === home &&
        (each.visible === "broken" || each.visible === "fine"),
    )) {
      const skipped = asRoot && !isRoot && "only root can make it so";
      test(`${code}: ${name}`, { skip: skipped }, async () => {
        habitat.furnish();
        await act(habitat);
        const before = await answer(url);
        if (visible === "broken") assert.notEqual(before, "200 hello");
        else assert.equal(before, "200 hello");
        if (!fixed) return;
        const { diagnosis } = await mend(
          furnished(habitat.furniture),
          habitat.question,
        );
        assert.deepEqual(diagnosis.findings, [], shown(diagnosis.findings));
        assert.equal(await answer(url), "200 hello", habitat.sandbox.logs());
      });
    }
  });
}

/** Tests for what Apache reads when it starts: a new one for each. */
export function testRestartedApache(): void {
  const lacking = missing("apache", false);
  const skip = lacking !== undefined && `${lacking} is not installed`;
  for (const { name, code, home, act, visible } of ALL) {
    if (visible !== "broken after a restart") continue;
    test(`${code}, before Apache: ${name} (${home})`, { skip }, async (t) => {
      const port = await freePort();
      const habitat = new Habitat(home, port);
      atEnd(t, () => habitat.remove());
      await act(habitat);
      const server = startApache(habitat);
      atEnd(t, () => server.stop());
      const started = await server.accepts({ host: "127.0.0.1", port }).then(
        () => true,
        () => false,
      );
      if (!started) return;
      const got = await answer(`http://127.0.0.1:${port}${PATHS[home]}`);
      assert.notEqual(got, "200 hello");
    });
  }
}

function startApache({ config, sandbox }: Habitat): Daemon {
  const { env } = sandbox;
  return new Daemon(find("apache2") ?? "", ["-f", config, "-DFOREGROUND"], {
    env,
  });
}

async function answer(url: string): Promise<string> {
  const response = await fetch(url, { headers: { Connection: "close" } });
  return `${response.status} ${(await response.text()).trim()}`;
}
