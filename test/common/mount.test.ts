import assert from "node:assert/strict";
import { test } from "node:test";
import {
  applyMount,
  mountPrefix,
  percentDecode,
  requestPath,
} from "../../src/common/mount.ts";
import { repair } from "../../src/common/quirks.ts";
import { emptyVariables, type Variables } from "../../src/common/variables.ts";
import {
  capturedRequests,
  capturedVariables,
  mounts,
} from "../support/requests.ts";

const CAFE = "/caf\xc3\xa9";

const prefixes = {
  "/": "",
  "//": "",
  "/app": "/app",
  "/app/": "/app",
  "/a/b//": "/a/b",
  "/café": CAFE,
  "/caf%C3%A9": CAFE,
  "/a b": "/a b",
  "/a%20b": "/a b",
  "/app%2F": "/app",
  "/~user/app.cgi": "/~user/app.cgi",
};

for (const [mount, prefix] of Object.entries(prefixes)) {
  test(`mountPrefix makes ${JSON.stringify(prefix)} of ${mount}`, () => {
    assert.equal(mountPrefix(mount), prefix);
  });
}

test("mountPrefix refuses what is no absolute path", () => {
  for (const mount of ["", "app", "/app?x", "/app#x", "http://host/app", "*"]) {
    assert.throws(() => mountPrefix(mount), {
      name: "TsgiError",
      code: "CONFIG",
      message: `Cannot mount at ${JSON.stringify(mount)}: it must be a path such as "/app"`,
    });
  }
});

const targets = [
  ["/", "/"],
  ["/a%20b?c#d", "/a b"],
  ["/a#b?c", "/a"],
  ["/p?u=http://host/x", "/p"],
  ["//foo///bar/baz", "//foo///bar/baz"],
  ["/a/./b/../c", "/a/./b/../c"],
  ["/caf\xc3\xa9", CAFE],
  ["/a%2Fb", "/a/b"],
  ["http://host/a%20b?c", "/a b"],
  ["HTTPS://user@host:8443/a", "/a"],
  ["http://host", ""],
  ["http://host?x", ""],
  ["*", undefined],
  ["host:443", undefined],
  ["", undefined],
  [undefined, undefined],
] as const;

for (const [target, path] of targets) {
  test(`requestPath finds ${JSON.stringify(path)} in ${JSON.stringify(target)}`, () => {
    assert.equal(requestPath(target), path);
  });
}

const escapes = {
  "/foo/bar%2cbaz": "/foo/bar,baz",
  "/%252c": "/%2c",
  "/%E3%81%82": "/\xe3\x81\x82",
  "/\x80%80": "/\x80\x80",
  "/a+b": "/a+b",
  "/%00%0d%0A": "/\0\r\n",
  "/a%zzb%": "/a%zzb%",
  "/%4": "/%4",
  "/%%41": "/%A",
  "/%u0041": "/%u0041",
};

for (const [given, expected] of Object.entries(escapes)) {
  test(`A2.07 percentDecode makes ${JSON.stringify(expected)} of ${JSON.stringify(given)}`, () => {
    assert.equal(percentDecode(given), expected);
  });
}

const mounted = [
  ["/app", "/app", ""],
  ["/app", "/app/", "/"],
  ["/app", "/app?x=/y", ""],
  ["/app", "/app/foo/bar?x", "/foo/bar"],
  ["/app", "/%61pp/f%6fo", "/foo"],
  ["/app", "/app%2Ffoo", "/foo"],
  ["/app", "/app//foo///bar", "//foo///bar"],
  ["/app", "/app/./a/../b", "/./a/../b"],
  ["/app", "http://host:81/app/abs?x=1", "/abs"],
  ["/", "/", "/"],
  ["/", "/foo/bar", "/foo/bar"],
  ["/", "//foo///bar?x", "//foo///bar"],
  ["/", "http://host", "/"],
  ["/", "http://host/", "/"],
  ["/caf%C3%A9", "/caf\xc3\xa9/x", "/x"],
  ["/café", "/caf%c3%a9/x", "/x"],
  ["/a b", "/a%20b/x", "/x"],
] as const;

for (const [mount, REQUEST_URI, path] of mounted) {
  test(`A2.07 A2.08 A2.09 applyMount at ${mount} finds ${path} in ${REQUEST_URI}`, () => {
    const prefix = mountPrefix(mount);
    const variables = from({ REQUEST_URI, SCRIPT_NAME: "/x", PATH_INFO: "/y" });
    assert.equal(applyMount(variables, prefix), true);
    assert.deepEqual(
      [variables.SCRIPT_NAME, variables.PATH_INFO],
      [prefix, path],
    );
    assert.equal(variables.REQUEST_URI, REQUEST_URI);
  });
}

const outside = [
  ["/app", "/apple"],
  ["/app", "/app.js"],
  ["/app", "/"],
  ["/app", "/App/x"],
  ["/app", "//app/x"],
  ["/app", "/x/../app/y"],
  ["/app", "*"],
  ["/app", "host:443"],
  ["/app", "http://host"],
  ["/app", undefined],
  ["/", "*"],
  ["/", undefined],
] as const;

for (const [mount, REQUEST_URI] of outside) {
  test(`applyMount at ${mount} leaves ${REQUEST_URI} to the web server`, () => {
    const given = { REQUEST_URI, SCRIPT_NAME: "/x", PATH_INFO: "/y" };
    const variables = from(given);
    assert.equal(applyMount(variables, mountPrefix(mount)), false);
    assert.deepEqual({ ...variables }, given);
  });
}

test("C11.03 applyMount recovers the slashes a web server has merged", () => {
  const variables = from({
    SCRIPT_NAME: "",
    PATH_INFO: "/foo/bar",
    REQUEST_URI: "//foo///bar?x",
  });
  assert.ok(applyMount(variables, mountPrefix("/")));
  assert.equal(variables.PATH_INFO, "//foo///bar");
});

test("C11.05 applyMount at the root moves a path out of SCRIPT_NAME", () => {
  const variables = from({ SCRIPT_NAME: "/a/b", REQUEST_URI: "/a/b" });
  assert.ok(applyMount(variables, mountPrefix("/")));
  assert.deepEqual([variables.SCRIPT_NAME, variables.PATH_INFO], ["", "/a/b"]);
});

/** What every set-up says of a case once its mount point is known. */
const cases: Record<string, string> = {
  "root-noslash": "",
  "root-slash": "/",
  "path-info": "/foo/bar",
  query: "/foo",
  "query-empty": "/p",
  encoded: "/caf\xc3\xa9/a/b/\xe2\x82\xac",
  "encoded-aes-on": "/caf\xc3\xa9/a/b/\xe2\x82\xac",
  slashes: "//a//b///c",
  dots: "/a/./b/../c",
  "dots-enc": "/a/../b/./c",
  "enc-misc": "/A~ ++%?#;;p=1,2@x!$&'()*=:",
  "enc-bad": "/a%zzb%",
  "enc-crlf": "/a\r\nb",
  "enc-invalid-utf8": "/\xff\xc3/x",
  "enc-nul": "/a\0b",
  raw8: CAFE,
  backslash: "/a\\b\\c",
  fragment: "/p",
  "absolute-uri": "/abs",
};

for (const [setup, mount] of Object.entries(mounts)) {
  if (mount === undefined) continue;
  test(`A2.06 A2.07 A2.08 applyMount makes ${setup} like every other set-up`, () => {
    const prefix = mountPrefix(mount);
    for (const { name, variables } of capturedRequests(setup)) {
      repair(variables);
      assert.ok(applyMount(variables, prefix), name);
      assert.equal(variables.SCRIPT_NAME, prefix, name);
      const expected = cases[name.slice(setup.length + 1)];
      assert.equal(
        variables.PATH_INFO,
        expected ?? rest(variables, prefix),
        name,
      );
    }
  });
}

test("applyMount mends the split of nginx at a line break", () => {
  const variables = capturedVariables("nginx-app/enc-crlf");
  assert.equal(variables.SCRIPT_NAME, "/app/a\r\nb");
  assert.ok(applyMount(variables, mountPrefix("/app")));
  assert.deepEqual(
    [variables.SCRIPT_NAME, variables.PATH_INFO],
    ["/app", "/a\r\nb"],
  );
});

/** The path behind the mount point, taken apart by other means. */
function rest({ REQUEST_URI = "" }: Variables, prefix: string): string {
  const path = REQUEST_URI.replace(/^http:\/\/[^/]*/, "").replace(
    /[?#].*/s,
    "",
  );
  return unescape(path.slice(prefix.length));
}

function from(values: Record<string, string | undefined>): Variables {
  return Object.assign(emptyVariables(), values);
}
