import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import * as light from "../../src/adapters/light-fetch.ts";
import {
  ADDRESS,
  agreeOn,
  outcome,
  pieces,
  post,
  type Row,
  seen,
  stream,
} from "./light-both.ts";

const never = undefined as never;
const MEMBERS = [
  "cache",
  "credentials",
  "mode",
  "redirect",
  "referrerPolicy",
  "duplex",
  "integrity",
  "keepalive",
  "referrer",
  "window",
];
const VALUES = [
  "",
  "same-origin",
  "no-store",
  "only-if-cached",
  "include",
  "omit",
  "manual",
  "error",
  "follow",
  "navigate",
  "no-cors",
  "cors",
  "origin",
  "half",
  "full",
  "http://b/x",
  "/x",
  "about:client",
  null,
  undefined,
  0,
];

agreeOn("Request", [
  [
    "its names",
    ({ Request }) => [
      Request.name,
      `${new Request(ADDRESS)}`,
      inspect(new Request(ADDRESS)),
    ],
  ],
  ["a URL", ({ Request }) => seen(new Request(new URL(ADDRESS)))],
  ["nothing", ({ Request }) => new Request(never)],
  ["a path", ({ Request }) => new Request("/x")],
  ["a password", ({ Request }) => new Request("http://a:b@c/")],
  ["a user", ({ Request }) => new Request("http://a@c/")],
  [
    "a URL to be encoded",
    ({ Request }) => new Request("HTTP://A.Example:80/ \xfc").url,
  ],
  ...[
    "get",
    "Head",
    "POST",
    "put",
    "delete",
    "options",
    "patch",
    "PATCH",
    "x-Y",
    "",
    "a b",
    "trace",
    "CONNECT",
    "Track",
  ].map(
    (method): Row => [
      `the method ${method}`,
      ({ Request }) => new Request(ADDRESS, { method }).method,
    ],
  ),
  [
    "null for options",
    ({ Request }) => seen(new Request(ADDRESS, null as never)),
  ],
  ["a string for options", ({ Request }) => new Request(ADDRESS, "x" as never)],
  ...MEMBERS.map(
    (name): Row => [
      `any ${name}`,
      (classes) =>
        Promise.all(
          VALUES.map((value) =>
            outcome(
              ({ Request }) => seen(new Request(ADDRESS, { [name]: value })),
              classes,
            ),
          ),
        ),
    ],
  ),
  [
    "only-if-cached of the same origin",
    ({ Request }) =>
      seen(
        new Request(ADDRESS, { cache: "only-if-cached", mode: "same-origin" }),
      ),
  ],
  [
    "PUT without CORS",
    ({ Request }) => new Request(ADDRESS, { mode: "no-cors", method: "PUT" }),
  ],
  ["a stream without CORS", (c) => post(c, stream(), { mode: "no-cors" })],
  ["a body for GET", ({ Request }) => new Request(ADDRESS, { body: "" })],
  [
    "a body for HEAD",
    ({ Request }) => new Request(ADDRESS, { method: "head", body: "x" }),
  ],
  [
    "null for the body of GET",
    ({ Request }) => seen(new Request(ADDRESS, { body: null })),
  ],
  ["a stream", (c) => seen(post(c, stream(Buffer.from("a"))))],
  [
    "a stream without duplex",
    (c) => post(c, stream(), { duplex: undefined } as never),
  ],
  ["a stream to be kept alive", (c) => post(c, stream(), { keepalive: true })],
  ["an async generator", (c) => seen(post(c, pieces()))],
  [
    "an async generator without duplex",
    (c) => post(c, pieces(), { duplex: undefined } as never),
  ],
  [
    "a type of its own",
    (c) => seen(post(c, "x", { headers: { "Content-Type": "a/b" } })),
  ],
  [
    "another Request",
    async (c) => {
      const first = post(c, "x", {
        headers: { a: "b" },
        cache: "no-store",
        redirect: "manual",
        integrity: "i",
      });
      const made = new c.Request(first);
      return [first.bodyUsed, first.body?.locked, await seen(made)];
    },
  ],
  [
    "another Request, and more",
    async (c) => {
      const first = post(c, "x", {
        headers: { a: "b" },
        referrer: "http://r/",
        credentials: "omit",
      });
      const made = new c.Request(first, { headers: { c: "d" }, method: "PUT" });
      return [first.bodyUsed, await seen(made)];
    },
  ],
  [
    "another Request, and another body",
    async (c) => {
      const first = post(c, "x");
      const made = new c.Request(first, { body: "y" });
      return [first.bodyUsed, await made.text(), await first.text()];
    },
  ],
  [
    "another Request with a body, as GET",
    (c) => new c.Request(post(c, "x"), { method: "GET" }),
  ],
  [
    "another Request that is read",
    async (c) => {
      const first = post(c, "x");
      await first.text();
      return new c.Request(first);
    },
  ],
  [
    "another Request that is read, and another body",
    async (c) => {
      const first = post(c, "x");
      await first.text();
      return new c.Request(first, { body: "y" }).text();
    },
  ],
  [
    "another Request with a stream",
    async (c) => {
      const first = post(c, stream(Buffer.from("a")));
      const made = new c.Request(first);
      return [first.bodyUsed, first.body?.locked, await made.text()];
    },
  ],
  [
    "a Request as options",
    async (c) =>
      seen(new c.Request("http://z/", post(c, "x", { headers: { a: "b" } }))),
  ],
  [
    "a clone",
    async (c) => {
      const first = post(c, "x", { headers: { a: "b" }, cache: "reload" });
      const copy = first.clone();
      copy.headers.delete("a");
      return [await seen(first), await seen(copy)];
    },
  ],
  [
    "a clone of what is read",
    async (c) => {
      const first = post(c, "x");
      await first.text();
      return first.clone();
    },
  ],
  [
    "a signal",
    ({ Request }) => {
      const controller = new AbortController();
      const made = new Request(ADDRESS, { signal: controller.signal });
      const { signal } = made.clone();
      const signalOf = made.signal;
      const follower = new Request(made).signal;
      const own = new Request(made, { signal: null }).signal;
      const before = [
        signalOf === made.signal,
        made.signal === controller.signal,
        made.signal.aborted,
      ];
      let heard = 0;
      made.signal.addEventListener("abort", () => heard++);
      controller.abort("why");
      return [
        before,
        heard,
        made.signal.reason,
        signal.aborted,
        follower.reason,
        own.aborted,
      ];
    },
  ],
  [
    "a signal that is aborted",
    ({ Request }) =>
      new Request(ADDRESS, { signal: AbortSignal.abort("why") }).signal.reason,
  ],
  [
    "no signal",
    ({ Request }) => new Request(ADDRESS).signal instanceof AbortSignal,
  ],
  ...[null, 5, {}, "x"].map(
    (signal): Row => [
      `the signal ${signal}`,
      ({ Request }) =>
        new Request(ADDRESS, { signal: signal as never }).signal.aborted,
    ],
  ),
]);

// Not asked of Node's own, which has it since undici 7.
test("light Request refuses a priority that is none", () => {
  const { Request } = light;
  assert.throws(() => new Request(ADDRESS, { priority: "x" }), TypeError);
  assert.equal(new Request(ADDRESS, { priority: "high" }).method, "GET");
});

// Nor this, which undici 7 forgets.
test("light Request keeps the referrer of another", () => {
  const { Request } = light;
  const first = new Request(ADDRESS, { referrer: "http://r/" });
  assert.equal(new Request(first).referrer, "http://r/");
  const { referrer } = new Request(first, { method: "PUT" });
  assert.equal(referrer, "about:client");
});
