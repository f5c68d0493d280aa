// The option "mount": SCRIPT_NAME and PATH_INFO from REQUEST_URI, whatever the web server made of them.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  environOf,
  hello,
  inProcessSettings,
  request,
} from "../support/in-process.ts";

// [mount, REQUEST_URI, SCRIPT_NAME, PATH_INFO]
const inside = [
  ["E1.01 mount: the root of a site", "/", "/", "", "/"],
  ["mount: a mount point given with slashes", "/app//", "/app/x", "/app", "/x"],
  ["E2.07 mount: a query", "/test", "/test/foo?quux=1", "/test", "/foo"],
  ["A2.07 E1.12 mount: % once", "/", "/foo/bar%2cbaz", "", "/foo/bar,baz"],
  ["A2.07 E1.13 mount: % twice", "/", "/foo/bar%252cbaz", "", "/foo/bar%2cbaz"],
  ["A2.07 E1.14 mount: UTF-8", "/", "/foo%E3%81%82", "", "/foo\xe3\x81\x82"],
  ["A2.04 E3.09 mount: bytes and %", "/", "/\x80%80", "", "/\x80\x80"],
  ["E3.02 mount: % in plain letters", "/path", "/p%61th/?query", "/path", "/"],
  ["A2.08 E1.36 mount: slashes", "/", "//foo///bar/baz", "", "//foo///bar/baz"],
] as const;
for (const [name, mount, REQUEST_URI, script, path] of inside) {
  test(name, async () => {
    const environ = await environOf({
      variables: { REQUEST_URI, SCRIPT_NAME: "/wrong", PATH_INFO: "/wrong" },
      options: { mount },
    });
    assert.equal(environ.SCRIPT_NAME, script);
    assert.equal(environ.PATH_INFO, path);
    assert.deepEqual(environ["tsgi.quirks"], ["mount"]);
  });
}

const outside = ["/application", "/", "/APP", "*", "h:8", "", undefined];
for (const REQUEST_URI of outside) {
  test(`mount: ${REQUEST_URI} is outside /app, and the web server is trusted`, async () => {
    const environ = await environOf({
      variables: { REQUEST_URI, SCRIPT_NAME: "/x", PATH_INFO: "/y" },
      options: { mount: "/app" },
    });
    assert.equal(environ.SCRIPT_NAME, "/x");
    assert.equal(environ.PATH_INFO, "/y");
    assert.deepEqual(environ["tsgi.quirks"], ["outside-mount"]);
  });
}

test("mount: what the web server got right is no repair", async () => {
  const environ = await environOf({
    variables: { REQUEST_URI: "/app/x", SCRIPT_NAME: "/app", PATH_INFO: "/x" },
    options: { mount: "/app" },
  });
  assert.deepEqual(environ["tsgi.quirks"], []);
});

test("mount: a path that was decoded twice is a repair", async () => {
  const environ = await environOf({
    variables: { REQUEST_URI: "/%2541", PATH_INFO: "/A" },
    options: { mount: "/" },
  });
  assert.equal(environ.PATH_INFO, "/%41");
  assert.deepEqual(environ["tsgi.quirks"], ["mount"]);
});

test("mount: requests outside are noted in the log, once", async () => {
  const settings = inProcessSettings({ mount: "/app" });
  const first = await request(hello, { settings });
  const second = await request(hello, { settings });
  assert.match(first.errors, /^tsgi: warning: GET \/: .*outside the mount/);
  assert.equal(second.errors, "");
});
