import assert from "node:assert/strict";
import { test } from "node:test";
import { decodePath, encodePath, shiftPathInfo } from "../../src/index.ts";

// SCRIPT_NAME, PATH_INFO; what is returned, SCRIPT_NAME, PATH_INFO (CPython's test_wsgiref).
const SHIFTS = [
  ["", "/", "", "/", ""],
  ["", "/x", "x", "/x", ""],
  ["/", "", undefined, "/", ""],
  ["/a", "/x/y", "x", "/a/x", "/y"],
  ["/a", "/x/", "x", "/a/x", "/"],
  ["/a/b", "/../y", "..", "/a", "/y"],
  ["", "/../y", "..", "", "/y"],
  ["/a/b", "//y", "y", "/a/b/y", ""],
  ["/a/b", "//y/", "y", "/a/b/y", "/"],
  ["/a/b", "/./y", "y", "/a/b/y", ""],
  ["/a/b", "/./y/", "y", "/a/b/y", "/"],
  ["/a/b", "///./..//y/.//", "..", "/a", "/y/"],
  ["/a/b", "///", "", "/a/b/", ""],
  ["/a/b", "/.//", "", "/a/b/", ""],
  ["/a/b", "/x//", "x", "/a/b/x", "/"],
  ["/a/b", "/.", undefined, "/a/b", ""],
] as const;

for (const [script, path, segment, newScript, newPath] of SHIFTS) {
  test(`G1.04 shiftPathInfo of "${script}" and "${path}"`, () => {
    const environ = { SCRIPT_NAME: script, PATH_INFO: path };
    assert.equal(shiftPathInfo(environ), segment);
    assert.deepEqual(environ, { SCRIPT_NAME: newScript, PATH_INFO: newPath });
  });
}

test("G2.02 decodePath reads UTF-8, encodePath undoes it", () => {
  const latin1 = "/gr\u00c3\u00bc\u00c3\u009fe/\u00e2\u0082\u00ac";
  assert.equal(decodePath(latin1), "/grüße/€");
  assert.equal(encodePath("/grüße/€"), latin1);
  assert.equal(decodePath("/plain"), "/plain");
});

test("G2.02 decodePath shows other bytes as U+FFFD, or refuses them", () => {
  assert.equal(decodePath("/\xff"), "/\ufffd");
  assert.throws(() => decodePath("/\xff", { fatal: true }), {
    code: "BAD_REQUEST",
  });
  assert.throws(() => decodePath("/€"), { code: "ARGUMENT" });
});
