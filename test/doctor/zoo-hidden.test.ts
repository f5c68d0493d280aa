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
