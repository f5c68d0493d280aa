// Variables that are malformed, or meant to do harm.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Application } from "../../src/common/types.ts";
import { environOf, request, TEXT } from "../support/in-process.ts";

const unreachable = () => assert.fail("the application was called");

test("D2.01 E4.15 HTTP_PROXY does not reach the application, http_proxy does", async () => {
  const environ: Record<string, unknown> = {
    ...(await environOf({
      variables: { HTTP_PROXY: "http://evil", http_proxy: "http://ours" },
    })),
  };
  assert.equal("HTTP_PROXY" in environ, false);
  assert.equal(environ.http_proxy, "http://ours");
});

const badLengths = [
  "-1",
  "+5",
  "0x5",
  "5,5",
  "1e3",
  " 5",
  "5 ",
  "5\n",
  "abc",
  "５",
  "9007199254740992",
  "9".repeat(400),
];
for (const length of badLengths) {
  test(`D2.02 A2.11 CONTENT_LENGTH ${JSON.stringify(length.slice(0, 20))} is refused`, async () => {
    const answer = await request(unreachable, {
      variables: { CONTENT_LENGTH: length },
    });
    assert.equal(answer.status, "400 Bad Request");
    assert.match(answer.errors, /BAD_REQUEST: Cannot accept CONTENT_LENGTH "/);
    assert.ok(answer.errors.length < 300);
  });
}

test("D2.02 CONTENT_LENGTH may have leading zeros and be as long as a number can tell", async () => {
  for (const length of ["003", "9007199254740991"]) {
    const environ = await environOf({ variables: { CONTENT_LENGTH: length } });
    assert.equal(environ.CONTENT_LENGTH, length);
  }
});

for (const name of ["A=B", "A\0", "A\n", "\x7f", "\x1b[31m"]) {
  test(`D2.04 a variable named ${JSON.stringify(name)} is refused`, async () => {
    const answer = await request(unreachable, { variables: { [name]: "x" } });
    assert.equal(answer.status, "400 Bad Request");
    assert.match(answer.errors, /^tsgi: [^\p{Cc}]*\n$/u);
  });
}

test("D2.04 a value with NUL is refused", async () => {
  const answer = await request(unreachable, {
    variables: { HTTP_X: "a\0b" },
  });
  assert.equal(answer.status, "400 Bad Request");
  assert.match(answer.errors, /HTTP_X has a NUL/);
});

test("D2.05 A2.01 names known to JavaScript are names like others", async () => {
  const names = ["__proto__", "constructor", "hasOwnProperty", "toString"];
  const environ = await environOf({
    variables: Object.fromEntries(names.map((name) => [name, "x"])),
  });
  for (const name of names) {
    const own = Object.getOwnPropertyDescriptor(environ, name);
    assert.equal(own?.value, "x", name);
  }
  assert.equal(Object.getPrototypeOf(environ), null);
  assert.equal(({} as { x?: unknown }).x, undefined);
  assert.equal({}.toString(), "[object Object]");
});

test("D2.05 A2.19 variables cannot replace or add tsgi.* keys", async () => {
  const environ = await environOf({
    variables: {
      "tsgi.url_scheme": "https",
      "tsgi.input": "x",
      "tsgi.errors": "x",
      "tsgi.signal": "x",
      "tsgi.invented": "x",
      "other.key": "x",
    },
  });
  assert.equal(environ["tsgi.url_scheme"], "http");
  assert.equal(typeof environ["tsgi.input"].read, "function");
  assert.equal(typeof environ["tsgi.errors"].write, "function");
  assert.ok(environ["tsgi.signal"] instanceof AbortSignal);
  assert.equal("tsgi.invented" in environ, false);
  assert.equal(environ["other.key"], "x");
});

test("D2.05 a deployer's pair named __proto__ pollutes nothing", async () => {
  const pairs: Record<string, unknown> = JSON.parse(
    '{"__proto__": "x", "my.key": "y"}',
  );
  const environ = await environOf({ options: { environ: pairs } });
  assert.equal(Object.getPrototypeOf(environ), null);
  assert.equal(environ["my.key"], "y");
});

test("D2.06 forwarded headers change nothing", async () => {
  const environ = await environOf({
    variables: {
      HTTP_X_FORWARDED_FOR: "6.6.6.6",
      HTTP_X_FORWARDED_PROTO: "https",
      HTTP_X_FORWARDED_HOST: "evil",
      HTTP_FORWARDED: "for=6.6.6.6;proto=https",
    },
  });
  assert.equal(environ.REMOTE_ADDR, "127.0.0.1");
  assert.equal(environ.SERVER_NAME, "127.0.0.1");
  assert.equal(environ["tsgi.url_scheme"], "http");
});

test("D2.08 a path with NUL is refused, also where it is decoded here", async () => {
  const given = await request(unreachable, {
    variables: { PATH_INFO: "/a\0b" },
  });
  const mounted = await request(unreachable, {
    variables: { REQUEST_URI: "/a%00b" },
    options: { mount: "/" },
  });
  const repaired = await request(unreachable, {
    variables: {
      REQUEST_URI: "/a%00b",
      SCRIPT_NAME: undefined,
      PATH_INFO: undefined,
    },
  });
  for (const answer of [given, mounted, repaired]) {
    assert.equal(answer.status, "400 Bad Request");
    assert.match(answer.errors, /NUL/);
  }
});

test("D2.09 a body that is announced as too large is refused before it is read", async () => {
  const body = { next: () => assert.fail("the body was read") };
  const answer = await request(unreachable, {
    variables: { CONTENT_LENGTH: "6" },
    body,
    options: { maxBodyBytes: 5 },
  });
  assert.equal(answer.status, "413 Content Too Large");
});

test("D2.09 a body without a length is refused as soon as it is too large", async () => {
  let asked = 0;
  const body = {
    next() {
      asked++;
      return Buffer.alloc(3);
    },
  };
  const answer = await request(
    async (environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return environ["tsgi.input"].read();
    },
    { body, options: { maxBodyBytes: 5 } },
  );
  assert.equal(answer.status, "413 Content Too Large");
  assert.equal(asked, 2);
});

test("D2.09 a body of just the limit is accepted, with a length and without", async () => {
  for (const CONTENT_LENGTH of ["5", undefined]) {
    const answer = await request(
      async (environ, startResponse) => {
        startResponse("200 OK", TEXT);
        return environ["tsgi.input"].read();
      },
      {
        variables: { CONTENT_LENGTH },
        body: ["abc", "de"],
        options: { maxBodyBytes: 5 },
      },
    );
    assert.equal(answer.text, "abcde");
  }
});

test("D2.11 what one application keeps of its body does not change under another", async () => {
  const kept: Uint8Array[] = [];
  const application: Application = async (environ) => {
    kept.push(await environ["tsgi.input"].read(4));
    kept.push(await environ["tsgi.input"].read());
    throw new Error("after reading");
  };
  const shared = Buffer.from("firstbodyotherbody");
  await request(application, { body: shared.subarray(0, 9) });
  await request(application, { body: shared.subarray(9) });
  assert.deepEqual(
    kept.map((bytes) => Buffer.from(bytes).toString()),
    ["firs", "tbody", "othe", "rbody"],
  );
});
