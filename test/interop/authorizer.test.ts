import assert from "node:assert/strict";
import { test } from "node:test";
import { ask } from "./client.ts";
import { withSite } from "./suite.ts";

const options = ["--authorizer"];

withSite(
  { file: "lighttpd/authorizer.conf", server: "lighttpd", mount: "", options },
  undefined,
  (site) => {
    test("an authorizer's 200 lets lighttpd serve the file", async () => {
      const answer = await ask(site().port, "/private/file.txt?user=me");
      assert.equal(answer.status, 200);
      assert.equal(`${answer.body}`, "a private file\n");
      assert.equal(answer.headers["variable-visitor"], undefined);
    });

    test("an authorizer's 403 is what lighttpd answers", async () => {
      const answer = await ask(site().port, "/private/file.txt");
      assert.equal(answer.status, 403);
      assert.equal(`${answer.body}`, "say who you are");
    });
  },
);

withSite(
  {
    file: "apache/authorizer.conf",
    server: "apache",
    mount: "",
    tcp: true,
    options,
  },
  undefined,
  (site) => {
    const login = (name: string): { headers: Record<string, string> } => ({
      headers: {
        Authorization: `Basic ${Buffer.from(`${name}:secret`).toString("base64")}`,
      },
    });

    test("an authorizer's 200 lets Apache serve the file", async () => {
      const answer = await ask(site().port, "/private/file.txt", login("me"));
      assert.equal(answer.status, 200);
      assert.equal(`${answer.body}`, "a private file\n");
    });

    test("an authorizer's 403 makes Apache ask for a password again", async () => {
      const answer = await ask(site().port, "/private/file.txt", login("you"));
      assert.equal(answer.status, 401);
    });
  },
);
