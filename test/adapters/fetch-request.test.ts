import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fromFetch } from "../../src/adapters/fetch.ts";
import { TsgiError } from "../../src/common/errors.ts";
import {
  type Answer,
  BodyFeed,
  begin,
  type InProcessRequest,
  request,
} from "../support/in-process.ts";

/** What a handler makes of a Request, as JSON. */
async function of<T>(
  read: (request: Request) => T | Promise<T>,
  init?: InProcessRequest,
): Promise<T> {
  const answer = await ask(read, init);
  assert.equal(answer.status, "200 OK", answer.errors);
  return JSON.parse(answer.text);
}

function ask(
  read: (request: Request) => unknown,
  init?: InProcessRequest,
): Promise<Answer> {
  return request(
    fromFetch(async (request) => Response.json(await read(request))),
    init,
  );
}

describe("the Request's URL", () => {
  const urls: [what: string, init: InProcessRequest, url: string][] = [
    [
      "has the path as the client encoded it",
      { target: "/%7ea%2Fb%20" },
      "/%7ea%2Fb%20",
    ],
    ["has the query as it was", { target: "/?a=%20+b&c" }, "/?a=%20+b&c"],
    [
      "is below the mount point",
      { target: "/app/x?y", options: { mount: "/app" } },
      "/x?y",
    ],
    [
      "is the root at the mount point",
      { target: "/app", options: { mount: "/app" } },
      "/",
    ],
    [
      "is below an encoded mount point",
      { target: "/%61pp/%2e%2fx", options: { mount: "/app" } },
      "/%2e%2fx",
    ],
    [
      "has the rest of a whole URL",
      { target: "http://example.org/x?y" },
      "/x?y",
    ],
    [
      "keeps doubled slashes",
      { target: "//evil.example/x" },
      "//evil.example/x",
    ],
    [
      "encodes bytes that nobody did",
      { target: "/caf\xe9?\xe9#" },
      "/caf%E9?%E9%23",
    ],
    [
      "encodes a path that was rewritten",
      { variables: { REQUEST_URI: "/old", PATH_INFO: "/new?#%[\xe9" } },
      "/new%3F%23%25%5B%E9",
    ],
    [
      "encodes the path without REQUEST_URI",
      { variables: { REQUEST_URI: undefined, PATH_INFO: "/a b" } },
      "/a%20b",
    ],
    [
      "has the asterisk of OPTIONS as its path",
      { method: "OPTIONS", variables: { REQUEST_URI: "*", PATH_INFO: "*" } },
      "/*",
    ],
  ];
  for (const [what, init, url] of urls) {
    test(what, async () => {
      const headers = [["Host", "example.org"]] as const;
      const found = await of(({ url }) => url, { headers, ...init });
      assert.equal(found, `http://example.org${url}`);
    });
  }

  const origins: [what: string, init: InProcessRequest, origin: string][] = [
    [
      "from Host",
      { headers: [["Host", "EXAMPLE.org:81"]] },
      "http://example.org:81",
    ],
    [
      "without the scheme's port",
      { headers: [["Host", "a:443"]], variables: { HTTPS: "on" } },
      "https://a",
    ],
    [
      "from SERVER_NAME without Host",
      { variables: { SERVER_NAME: "here", SERVER_PORT: "81" } },
      "http://here:81",
    ],
    [
      "from an IPv6 SERVER_NAME",
      { variables: { SERVER_NAME: "::1" } },
      "http://[::1]",
    ],
  ];
  for (const [what, init, origin] of origins) {
    test(`has its origin ${what}`, async () => {
      assert.equal(await of(({ url }) => url, init), `${origin}/`);
    });
  }

  for (const host of [
    "a b",
    "a/b",
    "user@host",
    "a?",
    "a#b",
    "[::1",
    "a:port",
    "a\\b",
  ]) {
    test(`is refused with 400 for Host ${host}`, async () => {
      const headers = [["Host", host]] as const;
      const answer = await ask(() => assert.fail("called"), { headers });
      assert.equal(answer.status, "400 Bad Request");
      assert.match(answer.errors, /BAD_REQUEST: Cannot/);
    });
  }
});

describe("the Request", () => {
  test("has the headers of the client", async () => {
    const found = await of(({ headers }) => [...headers], {
      method: "POST",
      headers: [
        ["Content-Type", "text/plain"],
        ["X-Custom-Name", "a\xff"],
        ["Cookie", "a=1"],
        ["Cookie", "b=2"],
      ],
      body: "12",
    });
    assert.deepEqual(found, [
      ["content-length", "2"],
      ["content-type", "text/plain"],
      ["cookie", "a=1; b=2"],
      ["x-custom-name", "a\xff"],
    ]);
  });

  test("is refused with 400 for a header of which there is none", async () => {
    const variables = { HTTP_X: "a\nb" };
    const answer = await ask(() => assert.fail("called"), { variables });
    assert.equal(answer.status, "400 Bad Request");
  });

  test("is a Request", async () => {
    const found = await of((request) => [
      request instanceof Request,
      Object.prototype.toString.call(request),
    ]);
    assert.deepEqual(found, [true, "[object Request]"]);
  });

  for (const method of ["GET", "HEAD", "get"]) {
    test(`has no body with ${method}`, async () => {
      let body: unknown = "unknown";
      await ask(
        (request) => {
          body = request.body;
        },
        { method, body: "ignored" },
      );
      assert.equal(body, null);
    });
  }

  test("has no body with CONTENT_LENGTH 0", async () => {
    const found = await of(({ body }) => body === null, {
      method: "POST",
      body: "",
    });
    assert.equal(found, true);
  });

  test("reads a body in every way", async () => {
    const init = { method: "POST", body: "a=1&b=%20" };
    const form = {
      ...init,
      headers: [["Content-Type", "application/x-www-form-urlencoded"]] as const,
    };
    assert.equal(await of((r) => r.text(), init), init.body);
    assert.equal(
      await of(async (r) => (await r.arrayBuffer()).byteLength, init),
      9,
    );
    assert.equal(await of(async (r) => (await r.blob()).size, init), 9);
    assert.deepEqual(await of(async (r) => [...(await r.formData())], form), [
      ["a", "1"],
      ["b", " "],
    ]);
    const copies = await of(
      (r) => Promise.all([r.clone().text(), r.text()]),
      init,
    );
    assert.deepEqual(copies, [init.body, init.body]);
    assert.equal(await of((r) => new Request(r).text(), init), init.body);
  });

  test("reads a body into buffers of the reader's own", async () => {
    const found = await of(
      async ({ body }) => {
        const reader = body?.getReader({ mode: "byob" });
        const sizes: unknown[] = [];
        for (;;) {
          const result = await reader?.read(new Uint8Array(4));
          sizes.push(result?.value?.length);
          if (result?.done) return sizes;
        }
      },
      { method: "POST", body: "abcdef" },
    );
    assert.deepEqual(found, [4, 2, 0]);
  });

  test("leaves the chunks of the server alone", async () => {
    const chunk = new Uint8Array([97, 98]);
    await of((request) => request.text(), { method: "POST", body: chunk });
    assert.deepEqual([...chunk], [97, 98]);
  });

  test("reads nothing of the body before somebody asks", async () => {
    const body = new BodyFeed();
    const answer = begin(
      fromFetch(({ body }) => new Response(String(body !== null))),
      { method: "POST", body },
    );
    await answer.ended;
    assert.deepEqual([answer.text, body.asked], ["true", 0]);
  });

  test("sees the first chunk before the second is sent", async () => {
    const body = new BodyFeed();
    const answer = begin(
      fromFetch(({ body }) => new Response(body)),
      { method: "POST", body },
    );
    body.push("first ");
    await answer.output.sent(1);
    assert.equal(answer.text, "first ");
    body.push("second");
    await answer.output.sent(2);
    body.end();
    await answer.ended;
    assert.equal(answer.text, "first second");
    assert.equal(answer.outcome, "completed");
  });

  test("tells that the body did not come whole", async () => {
    const answer = await ask((request) => request.text(), {
      method: "POST",
      body: "abc",
      variables: { CONTENT_LENGTH: "5" },
    });
    assert.equal(answer.status, "400 Bad Request");
  });

  test("costs no AbortSignal where nobody looks at it", async () => {
    let made = 0;
    await request((environ, startResponse) => {
      const { signal } = new AbortController();
      Object.defineProperty(environ, "tsgi.signal", {
        get() {
          made++;
          return signal;
        },
        enumerable: true,
      });
      return fromFetch(() => new Response("hi"))(environ, startResponse);
    });
    assert.equal(made, 0);
  });

  test("aborts its signal, and that of a clone", async () => {
    let started = (): void => {};
    const called = new Promise<void>((resolve) => {
      started = resolve;
    });
    const reasons: unknown[] = [];
    const answer = begin(
      fromFetch(async (request) => {
        const signals = [
          request.signal,
          request.clone().signal,
          new Request(request.url, request).signal,
        ];
        const aborted = signals.map(
          (signal) =>
            new Promise<void>((resolve) =>
              signal.addEventListener("abort", () => {
                reasons.push(signal.reason);
                resolve();
              }),
            ),
        );
        started();
        await Promise.all(aborted);
        return new Response("late");
      }),
    );
    await called;
    const reason = new TsgiError("ABORTED", "Cannot go on: a test says so");
    answer.abort(reason);
    await answer.ended;
    assert.deepEqual(reasons, [reason, reason, reason]);
    assert.equal(answer.head, undefined);
  });
});
