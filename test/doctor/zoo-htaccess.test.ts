import assert from "node:assert/strict";
import { test } from "node:test";
import { harmless, htaccessAboveCases, htaccessCases } from "./zoo/htaccess.ts";
import { look, make, shown, testZoo } from "./zoo/zoo.ts";

testZoo(htaccessCases);
testZoo(htaccessAboveCases);

for (const [name, act] of harmless) {
  test(`nothing is found where .htaccess has ${name}`, async (t) => {
    const habitat = make(t, "htaccess");
    await act(habitat);
    const { findings } = await look(habitat);
    assert.deepEqual(findings, [], shown(findings));
  });
}
