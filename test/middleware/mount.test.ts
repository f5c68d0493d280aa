import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Application } from "../../src/common/types.ts";
import { lint } from "../../src/lint/index.ts";
import { mount } from "../../src/middleware/mount.ts";
import { begin, request, TEXT } from "../support/in-process.ts";

/** Tells which application it is, and where it finds itself. */
function named(name: string): Application {
  return lint((environ, startResponse) => {
    startResponse("200 OK", TEXT);
    return `${name}|${environ.SCRIPT_NAME}|${environ.PATH_INFO}`;
  });
}

async function answerOf(
  application: Application,
  host: string,
  path: string,
  script = "",
): Promise<string> {
  const answer = await request(lint(application), {
    variables: { HTTP_HOST: host, PATH_INFO: path, SCRIPT_NAME: script },
  });
  return answer.status === "200 OK" ? answer.text : `${answer.status}`;
}

describe("mount", () => {
  const site = mount({
    "/": named("site"),
    "/wiki": named("wiki"),
    "/wiki/talk/": named("talk"),
    "/größe": named("size"),
    "//shop.example/": named("shop"),
    "//shop.example/cart": named("cart"),
    "//Shop.example:8080/cart": named("test cart"),
    "//api.example/v1": named("api"),
  });
  const cases: [host: string, path: string, expected: string][] = [
    ["a.example", "/", "site||/"],
    ["a.example", "/wiki", "wiki|/wiki|"],
    ["a.example", "/wiki/", "wiki|/wiki|/"],
    ["a.example", "/wiki/Page", "wiki|/wiki|/Page"],
    ["a.example", "/wiki//Page", "wiki|/wiki|//Page"],
    ["a.example", "/wikipedia", "site||/wikipedia"],
    ["a.example", "/Wiki", "site||/Wiki"],
    ["a.example", "//wiki", "site||//wiki"],
    ["a.example", "/wiki/talk", "talk|/wiki/talk|"],
    ["a.example", "/wiki/talks", "wiki|/wiki|/talks"],
    ["a.example", "/gr\xc3\xb6\xc3\x9fe/1", "size|/gr\xc3\xb6\xc3\x9fe|/1"],
    ["shop.example", "/", "shop||/"],
    ["SHOP.EXAMPLE", "/cart/1", "cart|/cart|/1"],
    ["shop.example:80", "/cart", "cart|/cart|"],
    ["shop.example:8080", "/cart", "test cart|/cart|"],
    ["shop.example:8080", "/wiki", "shop||/wiki"],
    ["myshop.example", "/cart", "site||/cart"],
    ["api.example", "/v1/x", "api|/v1|/x"],
    ["api.example", "/v2", "site||/v2"],
  ];
  for (const [host, path, expected] of cases) {
    test(`G5.02 mount: ${host}${path} is ${expected}`, async () => {
      const text = await answerOf(site, host, path);
      assert.equal(text, Buffer.from(expected).toString());
    });
  }

  test("goes on from where the web server has mounted it", async () => {
    const text = await answerOf(site, "a.example", "/wiki/x", "/app.cgi");
    assert.equal(text, "wiki|/app.cgi/wiki|/x");
  });

  test("nests", async () => {
    const outer = mount({ "/a": mount({ "/b": named("inner") }) });
    assert.equal(await answerOf(outer, "h", "/a/b/c"), "inner|/a/b|/c");
    assert.equal(await answerOf(outer, "h", "/a/c"), "404 Not Found");
  });

  test("answers 404 where nothing fits", async () => {
    const application = mount({ "/wiki": named("wiki") });
    const answer = await request(lint(application), { target: "/" });
    assert.equal(answer.status, "404 Not Found");
    assert.equal(answer.text, "Not Found\n");
  });

  test("takes the name of the web server where the client named no host", async () => {
    const variables = { HTTP_HOST: undefined, SERVER_NAME: "shop.example" };
    const answer = await request(site, { variables });
    assert.equal(answer.text, "shop||/");
  });

  test("leaves the environ as it was also where the application fails", async () => {
    const failing = mount({ "/x": () => Promise.reject(new Error("failed")) });
    const seen: string[] = [];
    const answer = begin(
      async (environ, startResponse) => {
        try {
          return await failing(environ, startResponse);
        } catch (error) {
          seen.push(environ.SCRIPT_NAME, environ.PATH_INFO);
          throw error;
        }
      },
      { target: "/x/y" },
    );
    await answer.ended;
    assert.deepEqual(seen, ["", "/x/y"]);
  });

  const wrong: Record<string, Record<string, unknown>> = {
    "a relative path": { wiki: named("wiki") },
    "an empty path": { "": named("wiki") },
    "a path with a query": { "/a?b": named("wiki") },
    "no function": { "/a": "wiki" },
    "a path that is there twice": { "/a": named("a"), "/a/": named("b") },
    "a host that is there twice": {
      "//h/a": named("a"),
      "/a": named("c"),
      "//H/a": named("b"),
    },
  };
  for (const [name, applications] of Object.entries(wrong)) {
    test(`refuses ${name}`, () => {
      assert.throws(() => mount(applications as Record<string, Application>), {
        code: "CONFIG",
      });
    });
  }
});
