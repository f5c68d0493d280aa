// docs/shared-hosting.md: its commands are run in a home folder, and what they make is put before Apache.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { codes } from "../../src/doctor/codes/index.ts";
import { entries } from "../../src/explain/index.ts";
import { ask } from "../interop/client.ts";
import { Sandbox } from "../support/servers/sandbox.ts";
import { missing, startServer } from "../support/servers/server.ts";
import { root } from "./blocks.ts";

const page = readFileSync(join(root, "docs/shared-hosting.md"), "utf8");
const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(
  ([, text = ""]) => text,
);
const noApache =
  missing("apache", false) !== undefined && process.env.CI !== "true"
    ? "no Apache"
    : false;

/** A home with ~/shop, where TSGI is installed. */
function homeIn(t: TestContext): { sandbox: Sandbox; home: string } {
  const sandbox = new Sandbox();
  t.after(() => sandbox.remove());
  const home = join(sandbox.root, "home");
  for (const folder of ["shop", "public_html"]) {
    mkdirSync(join(home, folder), { recursive: true });
  }
  // With what is shipped, and esbuild, which the installation of the tests leaves out.
  execFileSync("ln", [
    "-s",
    join(root, "node_modules"),
    join(home, "shop/node_modules"),
  ]);
  writeFileSync(join(home, "shop/package.json"), '{ "type": "module" }');
  writeFileSync(
    join(home, "shop/app.js"),
    `export default (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return "at " + environ.SCRIPT_NAME + environ.PATH_INFO;
};
`,
  );
  return { sandbox, home };
}

const MODULES = ["authz_core", "alias", "cgid", "mime", "rewrite"];

/** Runs a block as a shell of the customer does; the doctor has the configuration of a host which serves `served`. */
function runBlock(
  block: string,
  home: string,
  cwd: string,
  served: string,
): string {
  const apache = join(home, "../apache2.conf");
  writeFileSync(
    apache,
    [
      ...MODULES.map((name) => `LoadModule ${name}_module mod_${name}.so`),
      `DocumentRoot ${served}`,
      `<Directory ${served}>\nAllowOverride All\nRequire all granted\n</Directory>\n`,
    ].join("\n"),
  );
  const folders = [
    ...[join(root, "bin"), join(process.execPath, "..")],
    ...["/usr/bin", "/bin"],
  ];
  const text = block
    .replaceAll("node_modules/tsgi/", root)
    .replaceAll("tsgi doctor", `tsgi doctor --apache-config ${apache}`);
  const { status, stdout, stderr } = spawnSync("sh", ["-e", "-c", text], {
    cwd,
    encoding: "utf8",
    env: { PATH: folders.join(":"), HOME: home },
  });
  assert.equal(status, 0, `${block}${stdout}${stderr}`);
  return stdout;
}

function blockWith(text: string): string {
  const found = blocks.find((block) => block.includes(text));
  assert.ok(found, text);
  return found;
}

test("FTP alone: two files in a folder that Apache serves are the whole site", {
  skip: noApache,
}, async (t) => {
  const { sandbox, home } = homeIn(t);
  const said = runBlock(
    blockWith("tsgi build"),
    home,
    join(home, "shop"),
    join(home, "shop/upload"),
  );
  assert.match(said, /app\.cgi/);
  const upload = join(home, "shop/upload");
  writeFileSync(join(upload, "style.css"), "a {}\n");
  const [node = ""] = `${sandbox.env.PATH}`.split(":");
  sandbox.env.PATH = `${node}:/usr/bin:/bin`;
  const { port, daemon } = await startServer(
    sandbox,
    "apache",
    "test/interop/shared-host.conf",
    {
      replacements: {
        "DocumentRoot /srv/app/public": `DocumentRoot ${upload}`,
        "<Directory /srv/app/public>": `<Directory ${upload}>`,
      },
    },
  );
  t.after(() => daemon.stop());
  for (const [path, body] of [
    ["/", "at /"],
    ["/tea/pot", "at /tea/pot"],
    ["/style.css", "a {}\n"],
  ] as const) {
    const answer = await ask(port, path);
    assert.equal(`${answer.body}`, body, sandbox.logs());
  }
});

test("the commands for a shell work one after the other, and write what the page says", (t) => {
  const { home } = homeIn(t);
  chmodSync(home, 0o755);
  const said = runBlock(
    blockWith("tsgi init cpanel"),
    home,
    home,
    join(home, "public_html"),
  );
  assert.match(said, /^wrote /m);
  const files = [...page.matchAll(/^\| `~\/([^`]+)` \|/gm)].map(
    ([, file = ""]) => file,
  );
  assert.equal(files.length, 4);
  for (const file of files) assert.ok(existsSync(join(home, file)), file);

  runBlock(blockWith("touch"), home, home, join(home, "public_html"));
  assert.ok(existsSync(join(home, "shop/tmp/restart.txt")));
  runBlock(blockWith("--resident"), home, home, join(home, "public_html"));
  assert.match(
    readFileSync(join(home, "public_html/cgi-bin/app.cgi"), "utf8"),
    /^#!.*perl/,
  );
});

test("the command for /~user writes a RewriteBase", (t) => {
  const { home } = homeIn(t);
  runBlock(blockWith("/~ann"), home, home, join(home, "public_html"));
  const text = readFileSync(join(home, "public_html/.htaccess"), "utf8");
  assert.match(text, /^RewriteBase \/~ann\/$/m);
});

test("every block of commands is run by one of these tests", () => {
  assert.equal(blocks.length, 5);
});

test("codes of the page exist, and so do its links", () => {
  const known = new Set([
    ...entries.map(({ id }) => id),
    ...Object.keys(codes),
  ]);
  const named = [...page.matchAll(/`([A-Z]+(?:_[A-Z]+)*)`/g)].map(
    ([, code = ""]) => code,
  );
  assert.ok(named.length > 15);
  for (const code of named) assert.ok(known.has(code), code);
  const anchors = new Set(
    [...page.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
      title
        .toLowerCase()
        .replace(/[^\w -]/g, "")
        .replaceAll(" ", "-"),
    ),
  );
  for (const [, file = "", anchor] of page.matchAll(
    /\]\(([\w./-]*)(?:#([\w-]+))?\)/g,
  )) {
    if (file !== "") assert.ok(existsSync(join(root, "docs", file)), file);
    else assert.ok(anchors.has(anchor ?? ""), anchor);
  }
});
