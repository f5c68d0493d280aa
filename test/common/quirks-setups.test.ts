// What tsgi.quirks says behind each of the captured set-ups.
import assert from "node:assert/strict";
import { test } from "node:test";
import { repair } from "../../src/common/quirks.ts";
import {
  allRequests,
  capturedRequests,
  capturedVariables,
  mounts,
} from "../support/requests.ts";

const NGINX = "empty-content-headers empty-remote-user";

/** Set-ups; what is repaired in a plain GET …/foo/bar; what besides in any of their requests. */
const repairs: [setups: string, always: string, besides: string][] = [
  [
    "apache-cgi apache-cgid apache-cgi-cgifcgi",
    "",
    "missing-path transfer-encoding",
  ],
  ["apache-cgi-front apache-cgid-front", "", "transfer-encoding"],
  ["apache-fcgid-front", "", ""],
  [
    "apache-fcgid-script apache-fcgid-virtual apache-fcgid-wrapper",
    "",
    "missing-path",
  ],
  ["apache-fcgid-authz apache-authnz-fcgi", "", "missing-path"],
  ["apache-proxyfcgi-handler apache-proxyfcgi-generic", "", "missing-path"],
  ["apache-proxyfcgi-pathdot apache-proxyfcgi-pathinfo", "", "missing-path"],
  [
    "apache-proxyfcgi-loc apache-proxyfcgi-reuse",
    "",
    "missing-path transfer-encoding",
  ],
  ["apache-proxyfcgi-front", "", "transfer-encoding"],
  [
    "apache-proxyfcgi-app apache-proxyfcgi-slash",
    "missing-path",
    "script-name-slash",
  ],
  [
    "apache-proxyfcgi-match apache-proxyfcgi-root",
    "missing-path",
    "script-name-slash transfer-encoding",
  ],
  ["apache-proxyfcgi-rewrite", "empty-authorization", "authorization"],
  ["apache-proxyfcgi-setenvif", "empty-authorization", ""],
  [
    "cgi-fcgi",
    "",
    "empty-content-headers missing-path missing-query missing-server-name missing-server-port missing-server-protocol",
  ],
  ["haproxy-docroot", "missing-query", "server-name-port"],
  ["haproxy-mpxs", "missing-path missing-query", ""],
  [
    "haproxy-root",
    "missing-path missing-query",
    "script-name-slash server-name-port",
  ],
  [
    "lighttpd-app lighttpd-binpath lighttpd-cgi lighttpd-debian",
    "",
    "doubled-content-headers missing-path missing-server-name",
  ],
  [
    "lighttpd-ext lighttpd-rawurl lighttpd-stream2",
    "",
    "doubled-content-headers missing-path missing-server-name",
  ],
  [
    "lighttpd-authorizer",
    "missing-path",
    "doubled-content-headers missing-server-name",
  ],
  [
    "lighttpd-root",
    "",
    "doubled-content-headers missing-path missing-server-name script-name-slash",
  ],
  ["lighttpd-rootfix", "", "doubled-content-headers missing-server-name"],
  [
    "nginx-app nginx-nobuffer nginx-php",
    NGINX,
    "doubled-content-headers httpoxy transfer-encoding",
  ],
  [
    "nginx-keepconn nginx-rootpi",
    NGINX,
    "doubled-content-headers transfer-encoding",
  ],
  ["nginx-relative", `${NGINX} relative-path`, "doubled-content-headers"],
  [
    "nginx-root",
    `${NGINX} missing-path`,
    "doubled-content-headers httpoxy script-name-slash transfer-encoding",
  ],
];

test("repair is shown for every set-up", () => {
  const setups = repairs.flatMap(([names]) => words(names));
  assert.deepEqual(setups.sort(), Object.keys(mounts).sort());
});

for (const [setups, always, besides] of repairs) {
  test(`repair names what it repaired behind ${setups}`, () => {
    for (const setup of words(setups)) {
      const made = new Set<string>();
      for (const { name, variables } of capturedRequests(setup)) {
        const names = repair(variables);
        for (const quirk of names) made.add(quirk);
        if (name === `${setup}/path-info`) {
          assert.deepEqual(names, words(always), name);
        }
      }
      const expected = [...words(always), ...words(besides)];
      assert.deepEqual([...made].sort(), expected.sort(), setup);
    }
  });
}

test("A2.06 A2.07 A2.09 A2.10 A2.12 A2.13 repair leaves every captured request in order", () => {
  const requests = allRequests();
  assert.ok(requests.length > 1400);
  for (const { name, variables } of requests) {
    repair(variables);
    const { SCRIPT_NAME, PATH_INFO, SERVER_NAME, SERVER_PORT } = variables;
    assert.match(SCRIPT_NAME ?? "?", /^(\/.*[^/])?$/s, name);
    assert.match(PATH_INFO ?? "?", /^(\/.*)?$/s, name);
    assert.notEqual(`${SCRIPT_NAME}${PATH_INFO}`, "", name);
    assert.equal(typeof variables.QUERY_STRING, "string", name);
    assert.match(SERVER_NAME ?? "", /^([^:]+|\[[0-9a-f:]+\])$/, name);
    assert.match(SERVER_PORT ?? "", /^[0-9]+$/, name);
    assert.match(
      variables.SERVER_PROTOCOL ?? "",
      /^HTTP\/[0-9](\.[0-9])?$/,
      name,
    );
    assert.notEqual(variables.CONTENT_LENGTH, "", name);
    assert.equal(variables.HTTP_CONTENT_LENGTH, undefined, name);
    assert.deepEqual(repair(variables), [], `${name} a second time`);
  }
});

test("A2.17 A2.18 repair leaves alone what is in order", () => {
  const after = capturedVariables("apache-proxyfcgi-loc/path-info");
  const before = { ...after };
  assert.deepEqual(repair(after), []);
  assert.deepEqual({ ...after }, before);
});

function words(text: string): string[] {
  return text.split(" ").filter((word) => word !== "");
}
