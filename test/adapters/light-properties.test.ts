// Whatever is done to the light classes, Node's own do the same.
import { test } from "node:test";
import fc from "fast-check";
import { checkAsync } from "../support/property.ts";
import { ADDRESS, agree, type Classes, outcome, seen } from "./light-both.ts";

const name = fc.oneof(
  fc.constantFrom("a", "A", "b", "Set-Cookie", "set-cookie", "cookie", "x-y"),
  fc.string({ maxLength: 3, unit: "binary" }),
);
const value = fc.oneof(
  fc.constantFrom("", " a ", "\tb\r\n", "c, d", "\0", "e\nf", "\x7f\x80\xff"),
  fc.string({ maxLength: 4, unit: "binary" }),
  fc.constantFrom(null, undefined, 1, true),
);
const init = fc.oneof(
  fc.array(fc.tuple(name, value), { maxLength: 6 }),
  fc.dictionary(name, value, { maxKeys: 6 }),
  fc.array(fc.array(value, { maxLength: 3 }), { maxLength: 2 }),
  fc.constantFrom(undefined, null, "", 5, "ab"),
);
const step = fc.oneof(
  fc.tuple(fc.constantFrom("append", "set"), name, value),
  fc.tuple(fc.constantFrom("delete", "get", "has", "getSetCookie"), name),
);

test("light Headers go through the same steps as Node's own", async (t) => {
  const property = fc.asyncProperty(init, fc.array(step), (given, steps) =>
    agree(async ({ Headers }) => {
      const headers = new Headers(given as never);
      const told: unknown[] = [];
      for (const [method, ...args] of steps) {
        const call = (): unknown =>
          Reflect.apply(Reflect.get(headers, method), headers, args);
        told.push(await outcome(call, undefined as unknown as Classes));
        told.push([...headers]);
      }
      return told;
    }),
  );
  await checkAsync(t, property);
});

const body = fc.oneof(
  fc.constantFrom(null, undefined, "", 1),
  fc.string({ unit: "binary" }),
  fc.uint8Array(),
);
// Negative numbers Node takes modulo 65,536 as ECMAScript does, and not as Web IDL.
const status = fc.oneof(
  fc.integer({ min: 190, max: 310 }),
  fc.nat(),
  fc.double({ min: 0 }),
  fc.constantFrom(null, undefined, "200", "x", {}, []),
);

test("a light Response is made of the same as Node's own", async (t) => {
  const options = fc.record(
    { status, statusText: value, headers: init },
    { requiredKeys: [] },
  );
  const property = fc.asyncProperty(body, options, (content, given) =>
    agree(({ Response }) => seen(new Response(content, given as never))),
  );
  await checkAsync(t, property);
});

const methods = ["get", "HEAD", "post", "PUT", "Delete", "trace", "x", "a b"];
const address = fc.oneof(
  fc.constantFrom(ADDRESS, "http://a", "/b", "http://c:d@e", "data:,x"),
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
  fc.string({ maxLength: 5 }),
);

test("a light Request is made of the same as Node's own", async (t) => {
  const members = {
    body,
    headers: init,
    method: fc.constantFrom(...methods, null, undefined),
    mode: fc.constantFrom("cors", "no-cors", "same-origin", "navigate", ""),
    cache: fc.constantFrom("default", "only-if-cached", "x"),
    redirect: fc.constantFrom("follow", "manual", null),
    referrer: fc.constantFrom("", "about:client", "http://x/ y", "z"),
    keepalive: fc.constantFrom(true, 0, undefined),
    duplex: fc.constantFrom("half", "full", undefined),
    integrity: value,
  };
  const options = fc.record(members, { requiredKeys: [] });
  // Without any, undici 7 forgets the referrer.
  const some = fc.record(members, { requiredKeys: ["cache"] });
  const property = fc.asyncProperty(address, options, some, (url, one, two) =>
    agree(async ({ Request }) => {
      const first = new Request(url, one as never);
      const second = await outcome(
        async () => seen(new Request(first, two as never)),
        undefined as unknown as Classes,
      );
      return [first.bodyUsed, second, first.url, first.method];
    }),
  );
  await checkAsync(t, property);
});
