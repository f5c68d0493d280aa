// Programs for other people's interfaces behind every web server: what each of them is asked.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { CHECKOUT, install } from "../support/servers/installation.ts";
import { missing } from "../support/servers/server.ts";
import { type Answer, ask, type RequestOptions } from "./client.ts";
import { setupOf } from "./setups.ts";
import { Site } from "./site.ts";

export interface Framework {
  readonly name: string;
  /** In examples/frameworks. */
  readonly file: string;
  /** There, too: what it needs beside it. */
  readonly beside?: string;
  /** What it needs to be installed. */
  readonly packages: readonly string[];
}

const ESBUILD = `@esbuild/${process.platform}-${process.arch}`;

export const frameworks: readonly Framework[] = [
  { name: "node:http", file: "node.js", packages: [] },
  { name: "Express", file: "express.js", packages: ["express"] },
  {
    name: "Koa",
    file: "koa.js",
    packages: ["koa", "@koa/router", "koa-bodyparser"],
  },
  { name: "Fastify", file: "fastify.js", packages: ["fastify"] },
  { name: "Hono", file: "hono.js", packages: ["hono", "@hono/node-server"] },
  { name: "Connect", file: "connect.cjs", packages: ["connect"] },
  { name: "H3", file: "h3.js", packages: ["h3"] },
  {
    name: "Nest",
    file: "nest/main.ts",
    beside: "nest/tsconfig.json",
    packages: [
      ...["@nestjs/common", "@nestjs/core", "@nestjs/platform-express"],
      ...["reflect-metadata", "rxjs", "tsx", ESBUILD],
    ],
  },
];

/** The columns of the table: shipped files, and what the page calls them. */
export const columns: Readonly<Record<string, string>> = {
  "apache/cgi.conf": "Apache mod_cgid",
  "apache/fcgid.conf": "Apache mod_fcgid",
  "apache/proxy-fcgi.conf": "Apache mod_proxy_fcgi",
  "lighttpd/cgi.conf": "lighttpd mod_cgi",
  "lighttpd/fastcgi.conf": "lighttpd FastCGI",
  "nginx/keepalive.conf": "nginx",
  "haproxy/fcgi-app.cfg": "HAProxy",
};

export interface Question {
  readonly name: string;
  /** Below the mount point. */
  readonly target: string;
  readonly request?: RequestOptions;
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, RegExp>>;
}

export const questions: readonly Question[] = [
  { name: "GET", target: "/", status: 200, body: "Hello World!" },
  {
    name: "query string",
    target: "/greet?name=Zo%C3%AB%20%26%20Co",
    status: 200,
    body: "Hello, Zoë & Co!",
    headers: { "content-type": /^text\// },
  },
  {
    name: "POST of JSON",
    target: "/json",
    request: post("application/json", '{"name":"Zoë"}'),
    status: 201,
    body: '{"name":"Zoë"}',
    headers: { "content-type": /^application\/json/ },
  },
  {
    name: "POST of a form",
    target: "/form",
    request: post("application/x-www-form-urlencoded", "name=Zo%C3%AB+B."),
    headers: { "content-type": /^text\// },
    status: 200,
    body: "Hello, Zoë B.!",
  },
  {
    name: "encoded path below the mount point",
    target: "/users/J%C3%BCrgen%20%2F%207",
    status: 200,
    body: "User Jürgen / 7",
  },
  {
    name: "redirect",
    target: "/old",
    status: 302,
    headers: { location: /^\/$/ },
  },
  {
    name: "cookie",
    target: "/visits",
    request: { headers: { Cookie: "theme=dark; visits=3" } },
    status: 200,
    body: "Visit 4",
    headers: { "set-cookie": /^visits=4;.*\bhttponly/i },
  },
  { name: "404", target: "/nothing", status: 404 },
  {
    name: "streamed body",
    target: "/stream",
    status: 200,
    body: "one\ntwo\nthree\n",
  },
  { name: "error", target: "/error", status: 500 },
  { name: "the next request", target: "/", status: 200, body: "Hello World!" },
];

/** What all set-ups whose file's name starts with `prefix` are asked, for every framework. */
export function testFrameworks(prefix: string): void {
  for (const file of Object.keys(columns)) {
    if (!file.startsWith(prefix)) continue;
    const setup = setupOf(file);
    const absent = missing(setup.server, false);
    for (const framework of frameworks) {
      const title = `${framework.name} behind ${file}`;
      const skip = absent !== undefined && `${absent} is not installed`;
      const options = { skip, timeout: 60_000 };
      describe(title, options, () => testCell(framework, file));
    }
  }
}

function testCell(framework: Framework, setupFile: string): void {
  const { file, beside, packages } = framework;
  const setup = setupOf(setupFile);
  let site: Site;
  before(async () => {
    install(packages);
    const folder = join(CHECKOUT, "examples/frameworks");
    site = await Site.start(setup, setup.mount || "/", {
      application: join(folder, file),
      beside: beside === undefined ? [] : [join(folder, beside)],
    });
  });
  after(() => site?.stop());
  for (const question of questions) {
    test(question.name, async () => {
      const target = setup.mount + question.target;
      const answer = await ask(site.port, target, question.request);
      compare(answer, question, site);
    });
  }
}

function compare(answer: Answer, question: Question, site: Site): void {
  const { status, body, headers = {} } = question;
  const text = `${answer.body}`;
  assert.equal(answer.status, status, `${text}\n${site.log()}`);
  if (body !== undefined) assert.equal(text, body);
  for (const [name, pattern] of Object.entries(headers)) {
    assert.match(`${answer.headers[name]}`, pattern);
  }
}

function post(type: string, text: string): RequestOptions {
  return {
    method: "POST",
    headers: { "Content-Type": type },
    body: Buffer.from(text),
  };
}
