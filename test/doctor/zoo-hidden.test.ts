import assert from "node:assert/strict";
import { chmodSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { plain, reportText } from "../../src/doctor/report.ts";
import type { Habitat } from "./zoo/habitat.ts";
import { hiddenCases } from "./zoo/hidden.ts";
import { look, make, shown, testZoo, told } from "./zoo/zoo.ts";

testZoo(hiddenCases);

for (const [what, home, hasHtaccess] of [
  ["with its .htaccess", "htaccess", true],
  ["of a cgi-bin", "cgi", false],
] as const) {
  test(`nothing is found wrong with a program ${what} where the configuration is hidden, and nothing is promised`, async (t) => {
    const habitat = make(t, home);
    habitat.hide();
    if (!hasHtaccess) {
      rmSync(join(dirname(habitat.file), ".htaccess"), { force: true });
    }
    const diagnosis = await look(habitat);
    assert.deepEqual(diagnosis.findings, [], shown(diagnosis.findings));
    const text = reportText(diagnosis, [], plain);
    assert.match(
      text,
      /^– {2}Apache's configuration \(it cannot be read here/m,
    );
    assert.match(text, /^Nothing is wrong with what could be looked at\.$/m);
    assert.equal(/^ok the \.htaccess files$/m.test(text), hasHtaccess);
  });
}

test("nothing is found in lines of LiteSpeed's where it is installed, or in its <IfModule>", async (t) => {
  const habitat = make(t, "htaccess");
  const path = join(dirname(habitat.file), ".htaccess");
  habitat.hide();
  habitat.edit(
    path,
    /^/,
    "<IfModule LiteSpeed>\nCacheLookup on\n</IfModule>\n",
  );
  const guarded = await look(habitat);
  assert.deepEqual(guarded.findings, [], shown(guarded.findings));
  habitat.edit(path, /^/, "CacheEnable public /\nCacheKeyModify -qs:a\n");
  habitat.furniture = {
    files: { ...habitat.furniture.files, "/usr/local/lsws": "" },
  };
  const installed = await look(habitat);
  assert.deepEqual(installed.findings, [], shown(installed.findings));
});

for (const server of ["lighttpd", "nginx", "haproxy", "caddy"]) {
  test(`nothing of Apache's is missed where ${server} is installed, and Apache's configuration is not`, async (t) => {
    const habitat = otherServers(t, server);
    const { findings } = await look(habitat);
    assert.deepEqual(findings, [], shown(findings));
  });
}

test("a folder as hosting companies have it is Apache's, whatever else is installed", async (t) => {
  const habitat = otherServers(t, "nginx");
  const folder = join(habitat.sandbox.app, "public_html");
  renameSync(dirname(habitat.file), folder);
  habitat.question = { ...habitat.question, file: join(folder, "app.cgi") };
  const { findings } = await look(habitat);
  assert.deepEqual(told(findings), [
    "FOLDER_WRITABLE_BY_OTHERS",
    "WRITABLE_BY_OTHERS",
    "HTACCESS_MISSING",
  ]);
});

/** A program as an account with the umask 002 makes it, without .htaccess. */
function otherServers(t: TestContext, server: string): Habitat {
  const habitat = make(t, "htaccess");
  habitat.hide();
  rmSync(join(dirname(habitat.file), ".htaccess"));
  for (const path of [habitat.file, dirname(habitat.file)]) {
    chmodSync(path, 0o775);
  }
  habitat.furniture = {
    files: { ...habitat.furniture.files, [`/usr/sbin/${server}`]: "" },
  };
  return habitat;
}
