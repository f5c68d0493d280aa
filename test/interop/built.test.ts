// A file that `tsgi build` made, alone in a cgi-bin.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { built, HELLO } from "../cli/built.ts";
import { ask } from "./client.ts";
import { setupOf } from "./setups.ts";
import { withSite } from "./suite.ts";

withSite(setupOf("apache/cgi.conf"), undefined, (site) => {
  test("a built file answers in a cgi-bin, below a package.json that says module", async (t) => {
    const program = await built(t, { "app.mjs": HELLO }, ["app.mjs"]);
    const text = readFileSync(program, "utf8");
    const { sandbox, port } = site();
    sandbox.write("app/cgi-bin/package.json", '{"type":"module"}', 0o644);
    sandbox.write("app/cgi-bin/built.cgi", text, 0o755);
    sandbox.write(
      "app/cgi-bin/windows.cgi",
      text.replaceAll("\n", "\r\n"),
      0o755,
    );
    for (const name of ["built.cgi", "windows.cgi"]) {
      const answer = await ask(port, `/cgi-bin/${name}/tea?--socket+x`);
      assert.equal(answer.status, 200, `${answer.body}`);
      assert.equal(`${answer.body}`, `Hello /cgi-bin/${name} /tea`);
    }
    sandbox.write("app/cgi-bin/cut.cgi", text.slice(0, -1), 0o755);
    const cut = await ask(port, "/cgi-bin/cut.cgi");
    assert.equal(cut.status, 500);
    assert.match(`${cut.body}`, /Incident \w+ \(DAMAGED\)\./);
  });
});
