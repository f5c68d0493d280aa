import assert from "node:assert/strict";
import { test } from "node:test";
import { askEcho } from "./case.ts";
import { setupOf } from "./setups.ts";
import { withSite } from "./suite.ts";

for (const file of [
  "apache/cgi.htaccess",
  "apache/fcgid.htaccess",
  "apache/proxy-fcgi.htaccess",
]) {
  withSite(setupOf(file), "/", (site) => {
    test("Authorization arrives by the rule which the file names for hosts without CGIPassAuth", async () => {
      const { sandbox } = site();
      const text = sandbox.shipped(file, {
        "\nCGIPassAuth On\n": "\n",
        "# RewriteRule ^ - [E=": "RewriteRule ^ - [E=",
      });
      sandbox.write("app/public/.htaccess", text);
      const headers = { Authorization: "Basic dTpw" };
      const { echo } = await askEcho(site(), { headers });
      assert.equal(echo?.variables.HTTP_AUTHORIZATION, "Basic dTpw");
    });
  });
}
