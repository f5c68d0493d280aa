import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { plain, reportText } from "../../src/doctor/report.ts";
import { hiddenCases } from "./zoo/hidden.ts";
import { look, make, shown, testZoo } from "./zoo/zoo.ts";

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
