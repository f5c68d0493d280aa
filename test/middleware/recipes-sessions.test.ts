// Sessions that live longer than a process: each request of these tests is a CGI program of its own.
import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { build } from "esbuild";
import { CgiHost } from "../../src/client/cgi.ts";
import type { Application, Middleware } from "../../src/common/types.ts";
import { root } from "../docs/blocks.ts";
import { request } from "../support/in-process.ts";
import { between } from "./between.ts";
import { recipe, recipeFolder } from "./recipe-blocks.ts";
import { hasRedis, startRedis } from "./redis.ts";

const folder = recipeFolder();

const stores = {
  files: { block: "file-sessions.ts", name: "inFiles", path: "sessions" },
  SQLite: { block: "sqlite-sessions.ts", name: "inSqlite", path: "s.sqlite" },
  Redis: { block: "redis-sessions.ts", name: "inRedis", path: "redis.sock" },
} as const;

type Store = keyof typeof stores;

/** A CGI program of the recipe, on disk as somebody would deploy it. */
async function program(store: Store): Promise<string> {
  const { block, name, path } = stores[store];
  const cgi = JSON.stringify(join(root, "src/cgi/index.ts"));
  const entry = join(folder, `${store}-entry.js`);
  writeFileSync(
    entry,
    `import { serve } from ${cgi};
import { counter } from "./counter.ts";
import { ${name} } from "./${block}";
const middleware = await ${name}(${JSON.stringify(join(folder, path))}, "a secret");
void serve(middleware(counter));
`,
  );
  const outfile = join(folder, `${store}.mjs`);
  await build({
    entryPoints: [entry],
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    banner: { js: "#!/usr/bin/env node" },
    plugins: [
      {
        name: "file-urls",
        setup({ onResolve }) {
          onResolve({ filter: /^file:/ }, ({ path }) => ({
            path: new URL(path).pathname,
          }));
        },
      },
    ],
    outfile,
  });
  chmodSync(outfile, 0o755);
  return outfile;
}

interface Page {
  readonly text: string;
  readonly cookie: string | undefined;
}

async function visit(host: CgiHost, cookie?: string): Promise<Page> {
  let errors = "";
  const { status, headers, body, ended } = await host.request({
    variables: {
      GATEWAY_INTERFACE: "CGI/1.1",
      REQUEST_METHOD: "GET",
      REQUEST_URI: "/",
      SCRIPT_NAME: "",
      PATH_INFO: "/",
      QUERY_STRING: "",
      SERVER_NAME: "localhost",
      SERVER_PORT: "80",
      SERVER_PROTOCOL: "HTTP/1.1",
      ...(cookie && { HTTP_COOKIE: cookie }),
    },
    onErrors: (text) => {
      errors += text;
    },
  });
  let text = "";
  for await (const chunk of body) text += chunk;
  assert.equal(status, 200, errors);
  assert.deepEqual(await ended, { exitStatus: 0, signal: undefined });
  const set = headers.find(([name]) => /^set-cookie$/i.test(name))?.[1];
  return { text, cookie: set?.split(";")[0] };
}

for (const store of Object.keys(stores) as Store[]) {
  const skip = store === "Redis" && !hasRedis && "there is no redis-server";
  describe(`the recipe for sessions in ${store}`, { skip }, () => {
    let host: CgiHost;
    let stop: (() => Promise<void>) | undefined;
    after(() => stop?.());
    before(async () => {
      if (store === "Redis") {
        stop = await startRedis(join(folder, stores.Redis.path));
      }
      host = new CgiHost(await program(store));
    });

    test("keeps a session from one CGI process to the next", async () => {
      const first = await visit(host);
      assert.equal(first.text, "Page 1 for you\n");
      assert.ok(first.cookie);
      assert.equal((await visit(host, first.cookie)).text, "Page 2 for you\n");
      assert.equal((await visit(host, first.cookie)).text, "Page 3 for you\n");
    });

    test("gives every visitor a session of their own", async () => {
      const one = await visit(host);
      const other = await visit(host);
      assert.notEqual(one.cookie, other.cookie);
      assert.equal(other.text, "Page 1 for you\n");
      assert.equal((await visit(host, one.cookie)).text, "Page 2 for you\n");
    });

    test("believes no cookie that it has not signed", async () => {
      const { cookie } = await visit(host);
      const forged = `${cookie?.slice(0, -4)}AAAA`;
      assert.equal((await visit(host, forged)).text, "Page 1 for you\n");
    });
  });
}

test("the recipe for sessions in Redis fails at once where there is no server", async () => {
  const host = new CgiHost(await program("Redis"));
  await assert.rejects(visit(host), { code: "DISCONNECTED" });
});

type Opened = Record<string, (path: string, secret: string) => Middleware>;

// Not in Redis: its connection would keep this process alive.
for (const { block, name, path } of [stores.files, stores.SQLite]) {
  test(`${name} keeps the contract between two validators, and ends a session`, async () => {
    const make = (await recipe<Opened>(folder, block))[name];
    const application: Application = async (environ, startResponse) => {
      const { session } = environ["connect.request"] as {
        session: { name?: string; destroy(done: () => void): void };
      };
      const before = session.name;
      session.name = "Jo";
      if (environ.PATH_INFO === "/leave") {
        await new Promise<void>((resolve) => session.destroy(resolve));
      }
      startResponse("200 OK", [["Content-Type", "text/plain"]]);
      return `${before}`;
    };
    const served = between(
      make?.(join(folder, `in-process-${path}`), "secret") ?? assert.fail(),
      application,
    );
    const first = await request(served);
    const cookie = first.header("Set-Cookie")?.split(";")[0] ?? assert.fail();
    assert.match(first.header("Set-Cookie") ?? "", /HttpOnly; SameSite=Lax/);
    const init = { headers: [["Cookie", cookie]] as const };
    assert.equal(first.text, "undefined");
    assert.equal((await request(served, init)).text, "Jo");
    const leaving = await request(served, { ...init, target: "/leave" });
    assert.equal(leaving.text, "Jo");
    assert.equal((await request(served, init)).text, "undefined");
  });
}
