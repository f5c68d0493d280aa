import assert from "node:assert/strict";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import { test } from "node:test";
import { missingVariables } from "../../src/host/environment.ts";

const { username, homedir } = userInfo();
const PATH = `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`;
const FULL = {
  HOME: "/h",
  USER: "u",
  LOGNAME: "l",
  PATH: "/p",
  TMPDIR: "/tmp",
};

for (const [what, environment, expected] of [
  [
    "nothing of it is there",
    {},
    { HOME: homedir, USER: username, LOGNAME: username, PATH },
  ],
  [
    "mod_fcgid has left PATH",
    { PATH: "/usr/bin" },
    { HOME: homedir, USER: username, LOGNAME: username },
  ],
  [
    "variables are empty",
    { ...FULL, HOME: "", PATH: "" },
    { HOME: homedir, PATH },
  ],
  ["all is there", FULL, {}],
] as const) {
  test(`missingVariables adds what is missing, and no more, where ${what}`, () => {
    assert.deepEqual(missingVariables(environment), expected);
  });
}

test("missingVariables finds another place for temporary files where that of the environment is of no use", () => {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = "/nonexistent";
  try {
    assert.deepEqual(missingVariables(FULL), { TMPDIR: "/tmp" });
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
});
