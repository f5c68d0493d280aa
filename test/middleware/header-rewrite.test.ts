import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Header } from "../../src/common/types.ts";
import {
  type HeaderRewriteOptions,
  headerRewrite,
} from "../../src/middleware/header-rewrite.ts";
import { request } from "../support/in-process.ts";
import { between } from "./between.ts";

const HEADERS: readonly Header[] = [
  ["Content-Type", "text/plain"],
  ["X-Powered-By", "us"],
  ["Set-Cookie", "a=1"],
  ["Set-Cookie", "b=2"],
];

async function rewritten(
  options: HeaderRewriteOptions,
  error?: Error,
): Promise<string[]> {
  const application = between(
    headerRewrite(options),
    (_environ, startResponse) => {
      if (error) startResponse("200 OK", []);
      startResponse("200 OK", HEADERS, error);
      return ["", ""];
    },
  );
  const { headers } = await request(application);
  return headers
    .filter(([name]) => name !== "Status" && name !== "Content-Length")
    .map((header) => header.join(": "));
}

describe("G4.09 headerRewrite", () => {
  const cases: [string, HeaderRewriteOptions, string[]][] = [
    [
      "removes, in any case",
      { remove: ["x-powered-BY", "X-None"] },
      ["Content-Type: text/plain", "Set-Cookie: a=1", "Set-Cookie: b=2"],
    ],
    [
      "sets",
      { set: [["set-cookie", "c=3"]] },
      ["Content-Type: text/plain", "X-Powered-By: us", "set-cookie: c=3"],
    ],
    [
      "adds",
      { remove: ["X-Powered-By"], add: [["Set-Cookie", "c=3"]] },
      [
        "Content-Type: text/plain",
        "Set-Cookie: a=1",
        "Set-Cookie: b=2",
        "Set-Cookie: c=3",
      ],
    ],
    ["does nothing", {}, HEADERS.map((header) => header.join(": "))],
  ];
  for (const [name, options, expected] of cases) {
    test(`G4.09 headerRewrite ${name}`, async () => {
      assert.deepEqual(await rewritten(options), expected);
      assert.deepEqual(await rewritten(options, new Error("x")), expected);
    });
  }

  for (const options of [
    { remove: ["a b"] },
    { set: [["", "x"]] },
    { add: [["X-A", "a\r\nb"]] },
    { add: [["X-A", "\u20ac"]] },
    { set: [["X-A", 5]] },
  ]) {
    test(`headerRewrite refuses ${JSON.stringify(options)}`, () => {
      const wrong = options as unknown as HeaderRewriteOptions;
      assert.throws(() => headerRewrite(wrong), { code: "CONFIG" });
    });
  }
});
