import { inspect } from "node:util";
import { ADDRESS, agreeOn, type Row, seen } from "./light-both.ts";

agreeOn("Response", [
  [
    "its names",
    ({ Response }) => [
      Response.name,
      `${new Response()}`,
      inspect(new Response("x", { headers: { a: "b" } })),
    ],
  ],
  [
    "all that it is told",
    ({ Response }) =>
      seen(
        new Response("x", {
          status: 299,
          statusText: "caf\xe9 \t",
          headers: { "content-type": "a/b", c: "d" },
        }),
      ),
  ],
  ...[199, 200, 599, 600, 101, 65_736, -1, "201.7", Number.NaN, null].map(
    (status): Row => [
      `status ${status}`,
      ({ Response }) => seen(new Response(null, { status: status as number })),
    ],
  ),
  ...[101, 204, 205, 304].map(
    (status): Row => [
      `a body with ${status}`,
      ({ Response }) => new Response("", { status }),
    ],
  ),
  [
    "a status text with a line end",
    ({ Response }) => new Response(null, { statusText: "a\nb" }),
  ],
  [
    "a status text beyond Latin-1",
    ({ Response }) => new Response(null, { statusText: "\u20ac" }),
  ],
  [
    "null for options",
    ({ Response }) => seen(new Response("x", null as never)),
  ],
  ["a number for options", ({ Response }) => new Response("x", 5 as never)],
  [
    "null for headers",
    ({ Response }) => new Response("x", { headers: null as never }),
  ],
  [
    "another Response for options",
    ({ Response }) =>
      seen(
        new Response(
          "x",
          new Response("y", { status: 201, headers: { a: "b" } }),
        ),
      ),
  ],
  [
    "json",
    ({ Response }) =>
      seen(Response.json({ a: [1, "\u20ac"] }, { status: 201 })),
  ],
  [
    "json with a type",
    ({ Response }) =>
      seen(Response.json(1, { headers: [["Content-Type", "a/b"]] })),
  ],
  ["json of undefined", ({ Response }) => Response.json(undefined)],
  [
    "json of a cycle",
    ({ Response }) => {
      const a: unknown[] = [];
      a.push(a);
      return Response.json(a);
    },
  ],
  ["json with 204", ({ Response }) => Response.json(1, { status: 204 })],
  ["redirect", ({ Response }) => seen(Response.redirect("http://a/\xfc b"))],
  [
    "redirect of a URL",
    ({ Response }) => seen(Response.redirect(new URL(ADDRESS), 308)),
  ],
  ["redirect without a host", ({ Response }) => Response.redirect("/x")],
  ["redirect with 200", ({ Response }) => Response.redirect(ADDRESS, 200)],
  [
    "redirect, changed",
    ({ Response }) => Response.redirect(ADDRESS).headers.set("a", "b"),
  ],
  [
    "redirect, cloned and changed",
    ({ Response }) =>
      Response.redirect(ADDRESS).clone().headers.append("a", "b"),
  ],
  ["error", ({ Response }) => seen(Response.error())],
  ["error, cloned", ({ Response }) => seen(Response.error().clone())],
  ["error, changed", ({ Response }) => Response.error().headers.delete("a")],
  [
    "a class derived from it",
    async ({ Response }) => {
      class Derived extends Response {
        extra = 1;
      }
      const made = new Derived("x");
      return [
        made instanceof Response,
        made instanceof Derived,
        new Response() instanceof Derived,
        await made.text(),
      ];
    },
  ],
  [
    "instanceof of what fetch() answers",
    async ({ Response, Headers, fetch }) => {
      const answer = await fetch("data:,x");
      class Derived extends Response {}
      return [
        answer instanceof Response,
        answer.headers instanceof Headers,
        answer instanceof Derived,
        {} instanceof Response,
      ];
    },
  ],
]);
