// Each server, and each way in which Apache passes variables: "https" must arrive.
import assert from "node:assert/strict";
import { test } from "node:test";
import { askEcho } from "./case.ts";
import { setupOf } from "./setups.ts";
import { withSite } from "./suite.ts";

for (const file of [
  "apache/cgi.conf",
  "apache/fcgid.conf",
  "apache/proxy-fcgi.conf",
  "lighttpd/cgi.conf",
  "lighttpd/fastcgi.conf",
  "nginx/fastcgi.conf",
  "haproxy/fcgi-app.cfg",
]) {
  withSite(
    setupOf(file),
    undefined,
    (site) => {
      test("tsgi.url_scheme is https", async () => {
        const { status, echo } = await askEcho(site(), { tls: true });
        assert.equal(status, 200);
        assert.equal(echo?.variables["tsgi.url_scheme"], "https");
        assert.equal(echo?.variables.HTTPS, "on");
      });
    },
    { tls: true },
  );
}
