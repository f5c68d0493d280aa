import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { askEcho } from "./case.ts";
import { ask } from "./client.ts";
import { setupOf } from "./setups.ts";
import { withSite } from "./suite.ts";

const SECRETS = [".env", "production.env", ".git/config", "shop/.env.local"];

for (const file of [
  "apache/cgi.htaccess",
  "apache/fcgid.htaccess",
  "apache/proxy-fcgi.htaccess",
]) {
  withSite(setupOf(file), "/", (site) => {
    test("secrets that were uploaded along are not served", async () => {
      const { sandbox, port } = site();
      const put = (name: string, text: string): void => {
        const path = `app/public/${name}`;
        mkdirSync(dirname(join(sandbox.root, path)), { recursive: true });
        sandbox.write(path, text);
      };
      for (const name of SECRETS) {
        put(name, "SECRET=1\n");
        const { status, body } = await ask(port, `/${name}`);
        assert.equal(status, 404, name);
        assert.doesNotMatch(`${body}`, /SECRET/);
      }
      put(".well-known/proof", "proof\n");
      const proof = await ask(port, "/.well-known/proof");
      assert.equal(`${proof.body}`, "proof\n");
      // Paths without a file are the application's, whatever their names.
      const { echo } = await askEcho(site(), {}, "/.hidden/b.env");
      assert.match(`${echo?.variables.PATH_INFO}`, /\/\.hidden\/b\.env$/);
    });

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
