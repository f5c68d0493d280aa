// examples/authorizer.js before files of lighttpd and Apache, with the shipped configuration files.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../docs/blocks.ts";
import { ask } from "../interop/client.ts";
import type { Setup } from "../interop/setups.ts";
import { withSite } from "../interop/suite.ts";

const options = ["--authorizer"];
const setups: readonly Setup[] = [
  { file: "lighttpd/authorizer.conf", server: "lighttpd", mount: "", options },
  {
    file: "apache/authorizer.conf",
    server: "apache",
    mount: "",
    tcp: true,
    options,
  },
];

const login = (password: string): { headers: Record<string, string> } => ({
  headers: {
    Authorization: `Basic ${Buffer.from(`grete:${password}`).toString("base64")}`,
  },
});

for (const setup of setups) {
  const application = join(root, "examples/authorizer.js");
  withSite(
    setup,
    undefined,
    (site) => {
      test(`${setup.server} serves the file to who has the password`, async () => {
        const { port } = site();
        const path = "/private/file.txt";
        const answer = await ask(port, path, login("geheim, 秘密"));
        assert.equal(answer.status, 200, site().log());
        assert.equal(`${answer.body}`, "a private file\n");
        assert.equal(answer.headers["variable-auth_name"], undefined);
      });

      test(`${setup.server} asks everybody else for one, whatever the path is`, async () => {
        for (const path of ["/private/file.txt", "/private/nothing"]) {
          for (const init of [{}, login("geheim")]) {
            const answer = await ask(site().port, path, init);
            assert.equal(answer.status, 401, path);
            assert.match(answer.headers["www-authenticate"] ?? "", /^Basic /);
            assert.doesNotMatch(`${answer.body}`, /private file/);
          }
        }
      });

      test(`${setup.server} serves what is not guarded`, async () => {
        const answer = await ask(site().port, "/static/file.txt");
        assert.equal(`${answer.body}`, "a file\n");
      });
    },
    { application },
  );
}
