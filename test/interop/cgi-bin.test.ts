import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ask } from "./client.ts";
import { setupOf } from "./setups.ts";
import { withSite } from "./suite.ts";

withSite(setupOf("apache/cgi.conf"), undefined, (site) => {
  test("a file with the first line #!/usr/bin/env tsgi-cgi is a program of the cgi-bin", async () => {
    const example = new URL("../../examples/app.cgi", import.meta.url);
    const text = readFileSync(example, "utf8");
    site().sandbox.write("app/cgi-bin/hello.cgi", text, 0o755);
    const answer = await ask(site().port, "/cgi-bin/hello.cgi/anything");
    assert.equal(answer.status, 200);
    assert.match(`${answer.body}`, /^Hello .*\/anything/);
  });
});
