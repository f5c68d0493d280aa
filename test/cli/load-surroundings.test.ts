// What an application finds around it: its folder, its environment, its tsconfig.json.
import assert from "node:assert/strict";
import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CGI_VARIABLES, run } from "./command.ts";
import { ask, overCgi, overFastcgi, project, respond } from "./programs.ts";

const TELLING = `module.exports = (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  const { A, B, C } = process.env;
  return JSON.stringify({ cwd: process.cwd(), A, B, C });
};`;

for (const [command, serve] of [
  ["tsgi-fcgi", overFastcgi],
  ["tsgi-cgi", overCgi],
] as const) {
  test(`${command} makes the application's folder the working directory`, async (t) => {
    const root = project(t, { "sub/app.cjs": TELLING });
    const { body } = await serve(t, root, ["sub/app.cjs"]);
    assert.equal(JSON.parse(body).cwd, join(realpathSync(root), "sub"));
  });

  test(`${command} --env-file adds what is not there, the last file first`, async (t) => {
    const root = project(t, {
      "sub/app.cjs": TELLING,
      "one.env": "PATH=/none\nA=one\nB='one two'\n",
      "two.env": "# Two\nA=two\nexport C=three\n",
    });
    const args = ["--env-file", "one.env", "--env-file=two.env", "sub/app.cjs"];
    const { A, B, C } = JSON.parse((await serve(t, root, args)).body);
    assert.deepEqual({ A, B, C }, { A: "two", B: "one two", C: "three" });
  });

  test(`${command} runs TypeScript with the paths of its tsconfig.json`, async (t) => {
    const root = project(t, {
      "site/tsconfig.json":
        '{ "compilerOptions": { "paths": { "@/*": ["./lib/*"] } } }',
      "site/package.json": '{ "type": "module" }',
      "site/lib/word.ts": 'export const word: string = "cup";',
      "site/src/app.ts": `import { word } from "@/word";
export default (environ: object, startResponse: (status: string, headers: string[][]) => void): string => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return word;
};`,
    });
    const { status, body } = await serve(t, root, ["site/src/app.ts"]);
    assert.deepEqual([status, body], [200, "cup"]);
  });

  test(`${command} runs a Nest program in TypeScript with decorators`, async (t) => {
    const root = project(t, {
      "tsconfig.json":
        '{ "compilerOptions": { "experimentalDecorators": true } }',
      "main.ts": `import "reflect-metadata";
import { Controller, Get, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
@Controller("tea")
class Tea { @Get() find(): string { return "cup"; } }
@Module({ controllers: [Tea] })
class Root {}
async function bootstrap(): Promise<void> {
  const app = await NestFactory.create(Root, { logger: false });
  await app.listen(process.env.PORT ?? 3000);
}
void bootstrap();`,
    });
    const { status, body } = await serve(t, root, ["main.ts"]);
    assert.deepEqual([status, body], [200, "cup"]);
  });
}

test("tsgi-fcgi looks for relative paths of its options where it was started", async (t) => {
  const root = project(t, { "sub/app.cjs": TELLING });
  await respond(t, root, ["sub/app.cjs"]);
  assert.equal(existsSync(join(root, "s")), true);
  assert.equal((await ask(join(root, "s"))).status, 200);
});

test("--env-file has to be there", async (t) => {
  const root = project(t, { "app.cjs": TELLING });
  // As an argument Node 20 sees it first, and says so in its words.
  const env = { TSGI_ENV_FILE: ".env" };
  const fastcgi = await run(t, "tsgi-fcgi", ["--socket=s", "app.cjs"], {
    cwd: root,
    env,
  });
  assert.equal(
    fastcgi.stderr,
    "tsgi-fcgi: Cannot read the environment from .env: there is no such file\n",
  );
  assert.equal(fastcgi.status, 78);
  const cgi = await run(t, "tsgi-cgi", ["app.cjs"], {
    cwd: root,
    env: { ...CGI_VARIABLES, ...env },
  });
  assert.match(cgi.stdout, /^Status: 500 /m);
  assert.match(
    cgi.stderr,
    /Cannot read the environment from \.env: there is no/,
  );
  assert.equal(cgi.status, 78);
  const named = await run(t, "tsgi-cgi", ["--env-file=.env", "app.cjs"], {
    cwd: root,
    env: CGI_VARIABLES,
  });
  assert.match(named.stderr, /\.env: (?:there is no such file|not found)\n$/);
});
