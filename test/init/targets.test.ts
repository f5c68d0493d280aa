// Files of all targets, without a server: their paths are those of the site, and nothing of the example is left.
import assert from "node:assert/strict";
import { test } from "node:test";
import { INIT_TARGETS } from "../../src/cli/commands/init.ts";
import { localised } from "../../src/init/shipped.ts";
import { checkSite, type Site } from "../../src/init/site.ts";
import { targets } from "../../src/init/targets.ts";
import { SITE } from "./site.ts";

const MOUNTS = ["/", "/app", "/shop/de", "/~ann"];

for (const [name, { plan, isProcess }] of targets) {
  test(`${name} has the paths of the site, at every mount`, () => {
    for (const mount of MOUNTS) {
      const { files, steps } = plan({ ...SITE, mount });
      const text = files.map((file) => file.text).join("\n");
      assert.doesNotMatch(text, /\/srv\/app|\/run\/app|www\.example|www-data/);
      assert.doesNotMatch(text, /^# (?:Setup|Change):/m);
      assert.match(text, new RegExp(`Made by: tsgi init ${name} `));
      assert.ok(text.includes(isProcess ? SITE.socket : `--mount ${mount} `));
      if (!isProcess)
        assert.ok(text.includes(" /home/ann/shop/server.ts:shop"));
      assert.ok(steps.length > 0);
      for (const { path, mode } of files) {
        const isProgram = /\.f?cgi$/.test(path);
        assert.equal(mode, isProgram ? 0o755 : 0o644, path);
        assert.match(path, /^\/home\/ann\/(?:out|shop)\//);
      }
    }
  });

  test(`${name} can be written where the shipped example is, too`, () => {
    const site: Site = {
      ...SITE,
      application: "/srv/app/app.js",
      folder: "/srv/app",
      socket: "/run/app/app.sock",
      publicFolder: "/srv/app/public",
      output: "/srv/app",
    };
    const [file] = plan(site).files;
    assert.ok(file && file.text.length > 100);
  });
}

test("help lists the targets there are", () => {
  const listed = INIT_TARGETS.map(([name]) => name);
  assert.deepEqual([...listed].sort(), [...targets.keys()].sort());
});

test("a mount is a mount, not the start of another name", () => {
  const at = (name: string, mount: string): string =>
    targets.get(name)?.plan({ ...SITE, mount }).files[0]?.text ?? "";
  assert.match(at("lighttpd", "/app"), /"url"\] =~ "\^\/app\(\/\|\$\)"/);
  assert.match(
    at("haproxy", "/app"),
    /\{ path \/app \} \|\| \{ path_beg \/app\/ \}/,
  );
  assert.match(at("apache-cgi", "/"), /ScriptAlias "\/" "[^"]*app\.cgi\/"/);
  assert.match(at("nginx", "/app"), /\^\(\/app\)\(\/\?\.\*\)\$/);
});

test("systemd lets the application be in a home folder, and its socket anywhere", () => {
  const text = (site: Site): string =>
    targets.get("systemd")?.plan(site).files[0]?.text ?? "";
  assert.match(text(SITE), /^ProtectHome=read-only$/m);
  assert.match(text(SITE), /^RuntimeDirectory=shop$/m);
  const elsewhere = {
    ...SITE,
    socket: "/var/lib/sockets/a.sock",
    application: "/srv/a/a.js",
    node: "/usr/bin/node",
    commands: "/srv/a/bin",
  };
  assert.match(text(elsewhere), /^ProtectHome=yes$/m);
  assert.match(text(elsewhere), /^ReadWritePaths=\/var\/lib\/sockets$/m);
});

test("cpanel tells of an application that anybody can download", () => {
  const steps = (folder: string): string =>
    JSON.stringify(
      targets.get("cpanel")?.plan({ ...SITE, output: "/home/ann", folder })
        .steps,
    );
  assert.match(steps("/home/ann/public_html/shop"), /Move the application out/);
  assert.doesNotMatch(steps("/home/ann/shop"), /Move the application out/);
});

for (const [what, change] of [
  ["a blank", { application: "/home/ann/my shop/app.js" }],
  ["a quote", { publicFolder: '/home/ann/a"b' }],
  ["a line end", { output: "/home/ann/a\nb" }],
  ["systemd's specifier", { application: "/home/%n/app.js" }],
  ["a domain with a semicolon", { domain: "a.org;" }],
  ["a mount without its slash", { mount: "app" }],
  ["a mount with a slash too many", { mount: "/app/" }],
  ["a group with a blank", { group: "a b" }],
  ["a name like an option", { name: "-x" }],
] as const) {
  test(`${what} is refused, since configurations would read something else`, () => {
    assert.throws(() => checkSite({ ...SITE, ...change }), {
      code: "CONFIG",
      message: /^Cannot (?:write|use) /,
    });
  });
}

test("a change without its place in the shipped file is an error, and so is a path that stays", () => {
  assert.throws(
    () => localised("apache/app.cgi", "x", { nowhere: "" }),
    /has no nowhere/,
  );
  assert.throws(
    () => localised("nginx/fastcgi.conf", "x", {}),
    /keeps \/srv\/app|keeps www/,
  );
});
