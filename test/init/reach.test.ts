// Next steps about folders that are closed to the web server's user.
import assert from "node:assert/strict";
import { test } from "node:test";
import { closed } from "../../src/doctor/checks/permissions.ts";
import { contextOf } from "../../src/doctor/context.ts";
import { accountOf } from "../../src/doctor/facts/accounts.ts";
import {
  type FileFacts,
  type Machine,
  thisMachine,
} from "../../src/doctor/machine.ts";
import type { Step } from "../../src/init/plan.ts";
import { reachSteps } from "../../src/init/reach.ts";
import type { Site } from "../../src/init/site.ts";
import { targets } from "../../src/init/targets.ts";
import { SITE } from "./site.ts";

const [ROOT, ANN, WWW] = [0, 1000, 33];
const ACCOUNTS: Readonly<Record<string, string>> = {
  "/etc/passwd": `root:x:0:0::/root:/bin/sh\nann:x:${ANN}:${ANN}::/home/ann:/bin/sh\nwww-data:x:${WWW}:${WWW}::/:/bin/sh\n`,
  "/etc/group": `www-data:x:${WWW}:\n`,
};
const FOLDER = { kind: "folder", gid: 0, size: 0 } as const;

/** A machine on which all but the homes is open. */
function machineWith(
  homes: Readonly<Record<string, Partial<FileFacts>>>,
  config?: string,
): Machine {
  const texts: Readonly<Record<string, string | undefined>> = {
    ...ACCOUNTS,
    "/etc/apache2/apache2.conf": config,
  };
  const bytes = (path: string): Buffer | undefined => {
    const text = texts[path];
    return text === undefined ? undefined : Buffer.from(text);
  };
  return {
    ...thisMachine,
    uid: ANN,
    facts: (path) => {
      if (path.startsWith("/etc/apache2") || path.startsWith("/etc/httpd")) {
        return texts[path] === undefined
          ? undefined
          : { kind: "file", mode: 0o644, uid: ROOT, gid: 0, size: 1 };
      }
      return { ...FOLDER, mode: 0o755, uid: ROOT, ...homes[path] };
    },
    linkFacts: () => undefined,
    realPath: (path) => path,
    names: () => [],
    bytes,
    text: (path) => bytes(path)?.toString("latin1"),
  };
}

function steps(name: string, machine: Machine, site: Site = SITE): Step[] {
  const target = targets.get(name);
  assert.ok(target);
  return reachSteps(machine, target, site, target.plan(site));
}

const PRIVATE = { "/home/ann": { mode: 0o700, uid: ANN, gid: ANN } };

for (const name of ["apache-cgi", "apache-fcgid", "htaccess", "cpanel"]) {
  test(`${name} says how the web server gets into a home that is closed`, () => {
    for (const mode of [0o700, 0o710]) {
      const home = { ...PRIVATE["/home/ann"], mode };
      const [step, ...more] = steps(name, machineWith({ "/home/ann": home }));
      assert.deepEqual(more, []);
      assert.match(
        step?.text ?? "",
        /^The web server's user, www-data, may not/,
      );
      assert.deepEqual(step?.commands, ["chmod a+x /home/ann"]);
    }
  });

  test(`${name} says nothing of a home the web server gets into`, () => {
    for (const facts of [
      { mode: 0o711, uid: ANN, gid: ANN },
      { mode: 0o710, uid: ANN, gid: WWW },
    ]) {
      assert.deepEqual(steps(name, machineWith({ "/home/ann": facts })), []);
    }
  });
}

test("Node in a home is meant as well, each folder once", () => {
  const homes = { "/home/bob": { mode: 0o700 }, ...PRIVATE };
  const node = "/home/bob/.nvm/versions/node/v22/bin/node";
  const [step] = steps("apache-cgi", machineWith(homes), { ...SITE, node });
  assert.deepEqual(step?.commands, [
    "chmod a+x /home/ann",
    "chmod a+x /home/bob",
  ]);
});

test("who opens a home is told that others can read in it then", () => {
  const [step] = steps("apache-cgi", machineWith(PRIVATE));
  assert.doesNotMatch(step?.text ?? "", /nothing readable/);
  assert.match(step?.text ?? "", /all other users of this machine.*chmod 600/);
});

const ROOTS = {
  ...SITE,
  application: "/root/shop/server.ts",
  folder: "/root/shop",
  commands: "/root/shop/node_modules/tsgi/bin",
  output: "/root/shop/deploy",
};

for (const [what, site, cures] of [
  ["the application", ROOTS, "move the application, to /srv/shop say"],
  [
    "the application and what cPanel serves",
    { ...ROOTS, output: "/root" },
    "move the application, to /srv/shop say, name a folder elsewhere by --output",
  ],
  [
    "Node and TSGI",
    {
      ...SITE,
      node: "/root/.nvm/versions/node/v22/bin/node",
      commands: "/root/.nvm/versions/node/v22/lib/node_modules/tsgi/bin",
    },
    "install TSGI in its folder, name a Node elsewhere by --node",
  ],
] as const) {
  test(`root's home stays closed, and ${what} is to be elsewhere`, () => {
    const machine = machineWith({ "/root": { mode: 0o700 } });
    const [step, ...more] = steps("apache-cgi", machine, site);
    assert.deepEqual(more, []);
    assert.match(step?.text ?? "", /may not enter \/root, root's home/);
    assert.ok(
      step?.text.endsWith(
        `Leave it closed: ${cures}, and run tsgi init again.`,
      ),
      step?.text,
    );
    assert.equal(step?.commands, undefined);
  });
}

test("a process of its own need not be reached", () => {
  for (const [name, { isProcess }] of targets) {
    if (isProcess) assert.deepEqual(steps(name, machineWith(PRIVATE)), []);
  }
});

test("whom Apache runs as is taken from its configuration", () => {
  const machine = machineWith(PRIVATE, "User ann\nGroup ann\n");
  assert.deepEqual(steps("apache-cgi", machine), []);
});

test("the doctor leaves root's home closed, too", () => {
  const homes = { "/root": { mode: 0o700, uid: ROOT }, ...PRIVATE };
  const machine = { ...machineWith(homes), uid: ROOT };
  const account = accountOf(machine, "www-data");
  assert.ok(account);
  for (const [path, repair, isFixed] of [
    ["/root/shop/app.cgi", /^move it out of root's home/, false],
    ["/home/ann/shop/app.cgi", /^chmod a\+x \/home\/ann$/, true],
  ] as const) {
    const context = contextOf(machine, { file: path });
    const [found, ...more] = closed(context, path, account);
    assert.deepEqual(more, []);
    assert.match(found?.repair ?? "", repair);
    assert.equal(found?.fix !== undefined, isFixed);
  }
});
