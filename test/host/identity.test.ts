// As root these become somebody else in processes of their own; as anybody else they are refused it.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { userInfo } from "node:os";
import { test } from "node:test";
import { findAccount, numberOf } from "../../src/host/accounts.ts";
import {
  chooseIdentity,
  type IdentityOptions,
} from "../../src/host/identity.ts";

const isRoot = process.getuid?.() === 0;
const asRoot = { skip: isRoot ? false : "takes root" };
const asOther = { skip: isRoot ? "takes another user than root" : false };

function asked(options: Partial<IdentityOptions>): IdentityOptions {
  return { user: undefined, group: undefined, allowRoot: false, ...options };
}

test("findAccount finds users by name and by number", () => {
  const { username, uid, gid, homedir } = userInfo();
  const account = { name: username, uid, gid, home: homedir };
  assert.deepEqual(findAccount(username), account);
  assert.deepEqual(findAccount(uid), account);
  assert.equal(findAccount("no-such-user"), undefined);
  assert.equal(findAccount(3_999_999_999), undefined);
});

test("numberOf takes numbers as they are, known or not", () => {
  assert.equal(numberOf("group", "3999999999"), 3_999_999_999);
  assert.equal(numberOf("group", "no-such-group"), undefined);
  assert.equal(numberOf("passwd", userInfo().username), process.getuid?.());
});

for (const [what, options, message] of [
  [
    "a user",
    { user: "no-such-user" },
    /user "no-such-user": there is none of that name; getent passwd/,
  ],
  [
    "a group",
    { group: "no-such-group" },
    /group "no-such-group": there is none of that name; getent group/,
  ],
  [
    "the group of a user",
    { user: "3999999999" },
    /user 3999999999: the system does not know its group; name one by --group/,
  ],
] as const) {
  test(`chooseIdentity tells of ${what} that the system does not know`, () => {
    const choose = (): unknown =>
      chooseIdentity(asked({ ...options, allowRoot: true }));
    assert.throws(choose, { code: "CONFIG", message });
  });
}

for (const [what, options] of [
  ["nobody else is named", {}],
  ["root itself is named", { user: "root" }],
  ["only a group is named", { group: "www-data" }],
] as const) {
  test(`chooseIdentity refuses to serve as root where ${what}`, asRoot, () => {
    assert.throws(() => chooseIdentity(asked(options)), {
      code: "CONFIG",
      message:
        /^Cannot serve as root: .*--user www-data, or insist by --allow-root$/,
    });
  });
}

test("chooseIdentity lets root serve where that is allowed", asRoot, () => {
  assert.equal(chooseIdentity(asked({ allowRoot: true })), undefined);
});

test("chooseIdentity stays who it is where that is asked", () => {
  const user = String(process.getuid?.());
  assert.equal(chooseIdentity(asked({ user, allowRoot: true })), undefined);
});

test(
  "chooseIdentity refuses others than root to become somebody",
  asOther,
  () => {
    assert.throws(
      () => chooseIdentity(asked({ user: "root", allowRoot: true })),
      {
        code: "CONFIG",
        message:
          /^Cannot become user root: this process runs as user [0-9]+; start it as root/,
      },
    );
  },
);

for (const [what, options, expected] of [
  [
    "a user with its groups",
    { user: "www-data" },
    { gid: id("-g", "www-data"), groups: ids("www-data") },
  ],
  [
    "a user by number",
    { user: id("-u", "www-data") },
    { gid: id("-g", "www-data"), groups: ids("www-data") },
  ],
  [
    "a user with another group",
    { user: "www-data", group: "daemon" },
    {
      gid: id("-g", "daemon"),
      groups: [id("-g", "daemon")],
    },
  ],
  [
    "a user the system does not know",
    { user: "54321", group: "54322" },
    { gid: "54322", groups: ["54322"] },
  ],
] as const) {
  test(`assumeIdentity becomes ${what}, for good`, asRoot, () => {
    const source = `
      import { assumeIdentity, chooseIdentity } from ${JSON.stringify(import.meta.resolve("../../src/host/identity.ts"))};
      assumeIdentity(chooseIdentity(${JSON.stringify(asked(options))}));
      let isBack = true;
      try { process.setuid(0); } catch { isBack = false; }
      const { getuid, getgid, getgroups } = process;
      console.log(JSON.stringify({ uid: getuid(), gid: getgid(), groups: getgroups(), isBack }));
    `;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [
        "--import",
        "tsx",
        "--input-type=module",
        "--eval",
        source.replaceAll("undefined", "null"),
      ],
      { encoding: "utf8" },
    );
    assert.notEqual(stdout, "", stderr);
    const found = JSON.parse(stdout);
    const uid = Number(
      /^[0-9]+$/.test(options.user) ? options.user : id("-u", options.user),
    );
    assert.equal(found.uid, uid);
    assert.equal(found.gid, Number(expected.gid));
    const groups = new Set(expected.groups.map(Number));
    assert.deepEqual(new Set(found.groups), groups);
    assert.equal(found.isBack, false);
  });
}

function id(what: string, name: string): string {
  return execFileSync("id", [what, name], { encoding: "utf8" }).trim();
}

function ids(user: string): string[] {
  return id("-G", user).split(" ");
}
