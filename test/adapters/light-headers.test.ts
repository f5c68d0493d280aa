import { inspect } from "node:util";
import { agreeOn } from "./light-both.ts";

const never = undefined as never;
agreeOn("Headers", [
  ["nothing", ({ Headers }) => [...new Headers()]],
  ["undefined", ({ Headers }) => [...new Headers(undefined)]],
  ["null", ({ Headers }) => new Headers(null as never)],
  ["a string", ({ Headers }) => new Headers("a: b" as never)],
  ["a record", ({ Headers }) => [...new Headers({ B: "1", a: " 2\t" })]],
  [
    "names that differ by case",
    ({ Headers }) => [...new Headers({ A: "1", a: "2" })],
  ],
  ["a symbol for a name", ({ Headers }) => new Headers({ [Symbol("x")]: "1" })],
  ["numbers", ({ Headers }) => [...new Headers({ a: 1 as never })]],
  ["a Map", ({ Headers }) => [...new Headers(new Map([["b", "c"]]) as never)]],
  [
    "a single in place of a pair",
    ({ Headers }) => new Headers([["a"]] as never),
  ],
  [
    "three in place of a pair",
    ({ Headers }) => new Headers([["a", "b", "c"]] as never),
  ],
  [
    "a string in place of a pair",
    ({ Headers }) => new Headers(["ab"] as never),
  ],
  ["a pair with undefined", ({ Headers }) => [...new Headers([["a", never]])]],
  [
    "other Headers",
    ({ Headers }) => [
      ...new Headers(
        new Headers([
          ["Set-Cookie", "a"],
          ["set-cookie", "b"],
        ]),
      ),
    ],
  ],
  ["a line end inside", ({ Headers }) => new Headers({ a: "b\r\nc" })],
  ["line ends around", ({ Headers }) => [...new Headers({ a: "\r\n b \n" })]],
  ["a NUL", ({ Headers }) => new Headers({ a: "b\0" })],
  ["Latin-1", ({ Headers }) => [...new Headers({ a: "caf\xe9" })]],
  ["what is no byte", ({ Headers }) => new Headers({ a: "\u20ac" })],
  ["a name with a space", ({ Headers }) => new Headers({ "a b": "c" })],
  ["no name", ({ Headers }) => new Headers({ "": "c" })],
  [
    "missing arguments of append",
    ({ Headers }) => (new Headers().append as () => void)(),
  ],
  [
    "a missing value",
    ({ Headers }) => Reflect.apply(new Headers().set, new Headers(), ["a"]),
  ],
  [
    "a missing name",
    ({ Headers }) => Reflect.apply(new Headers().get, new Headers(), []),
  ],
  [
    "Cookie twice",
    ({ Headers }) =>
      new Headers([
        ["cookie", "a"],
        ["Cookie", "b"],
      ]).get("cookie"),
  ],
  [
    "getSetCookie",
    ({ Headers }) =>
      new Headers([
        ["Set-Cookie", "a, b"],
        ["set-cookie", "c"],
      ]).getSetCookie(),
  ],
  [
    "get of what is not there",
    ({ Headers }) => new Headers().get("set-cookie"),
  ],
  [
    "delete and has",
    ({ Headers }) => {
      const made = new Headers([
        ["a", "1"],
        ["set-cookie", "2"],
      ]);
      const before = [made.has("A"), made.has("SET-COOKIE")];
      made.delete("A");
      made.delete("Set-Cookie");
      return [before, made.has("a"), made.has("set-cookie"), [...made]];
    },
  ],
  [
    "changes while it is iterated",
    ({ Headers }) => {
      const made = new Headers({ b: "1", d: "2" });
      const found: unknown[] = [];
      for (const entry of made) {
        found.push(entry);
        if (found.length === 1) made.append("c", "3");
        if (found.length === 2) made.delete("d");
      }
      return found;
    },
  ],
  [
    "keys, values, forEach",
    ({ Headers }) => {
      const made = new Headers({ b: "1", a: "2" });
      const each: unknown[] = [];
      made.forEach(function (this: unknown, value, name, all) {
        each.push(this, value, name, all === made);
      }, "receiver" as never);
      return [[...made.keys()], [...made.values()], each];
    },
  ],
  ["forEach of no function", ({ Headers }) => new Headers().forEach(never)],
  [
    "its names",
    ({ Headers }) => [
      Headers.name,
      `${new Headers()}`,
      Object.keys(Headers.prototype).sort(),
      Headers.prototype.entries === Headers.prototype[Symbol.iterator],
    ],
  ],
  [
    "another receiver",
    ({ Headers }) => Headers.prototype.get.call({} as never, "a"),
  ],
  [
    "a call without new",
    ({ Headers }) => Reflect.apply(Headers, undefined, []),
  ],
  ["inspect", ({ Headers }) => inspect(new Headers({ a: "b" }))],
]);
