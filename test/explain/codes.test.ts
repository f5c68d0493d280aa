// The registry agrees with the sources.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { exitCodeFor } from "../../src/cli/exit-codes.ts";
import { flagName } from "../../src/cli/options/option.ts";
import { optionGroups, optionsOf } from "../../src/cli/options/options.ts";
import { TsgiError, type TsgiErrorCode } from "../../src/common/errors.ts";
import { statusFor } from "../../src/common/failure.ts";
import { codes } from "../../src/explain/codes.ts";
import { logCodes } from "../../src/explain/codes-log.ts";
import { entries } from "../../src/explain/index.ts";
import { Template } from "../../src/explain/template.ts";
import { sources, thrown } from "./sources.ts";

const ours = entries.filter(({ source }) => source === "tsgi");
const all = [...sources.values()].join("\n");

describe("every error that the sources make is in a page", () => {
  for (const { file, code, message } of thrown) {
    // Made by the tests of applications.
    if (message === "Cannot go on: a test says so") continue;
    test(`${code}: ${message} (${file})`, () => {
      const row = codes[code as TsgiErrorCode];
      const says = row.causes.flatMap((cause) => cause.says ?? []);
      const isThere = says.some((text) => {
        // What is put in at the end may be what a page tells apart.
        const start = text.split(/…|<[a-z]+>/)[0] ?? "";
        return (
          new Template(text).fit(message) !== undefined ||
          (message.endsWith("X") &&
            start.startsWith(message.slice(0, -1).split("X")[0] ?? ""))
        );
      });
      assert.ok(isThere);
    });
  }
});

test("every message of a page stands in the sources, piece by piece", () => {
  for (const { id, causes } of ours) {
    for (const text of causes.flatMap((cause) => cause.says ?? [])) {
      for (const piece of text.split(/…|<[a-z]+>/)) {
        const words = piece.split(/[:;] |\(|\)/).map((part) => part.trim());
        for (const word of words.filter((part) => part.length > 3)) {
          const isThere =
            all.includes(word) || all.includes(word.replaceAll('"', '\\"'));
          assert.ok(isThere, `${id}: ${text}: ${word}`);
        }
      }
    }
  }
});

const errors = Object.entries(codes).filter(([id]) => !(id in logCodes));

/** Of connections and commands, which the web server answers for. */
const OUTSIDE = ["PROTOCOL", "LISTEN", "CONNECT", "CONFIG", "LOAD"];

test("every page tells the status a visitor sees", () => {
  for (const [id, { visitor = "" }] of errors) {
    const status = statusFor(new TsgiError(id as TsgiErrorCode, "x"));
    const isServed = !OUTSIDE.includes(id);
    if (isServed && /^[45]\d\d/.test(visitor)) {
      const [code = ""] = status.split(" ");
      assert.ok(visitor.includes(code), `${id}: ${status}`);
    }
  }
});

test("every page tells the exit status of a command", () => {
  for (const [id, { exit }] of errors) {
    const status = exitCodeFor(new TsgiError(id as TsgiErrorCode, "x"));
    if (status === 1) assert.equal(exit, undefined, id);
    else assert.match(exit ?? "", new RegExp(`^${status}\\b`), id);
  }
});

test("options that are named exist", () => {
  const flags = new Set(
    optionsOf(optionGroups).flatMap((option) => [
      `--${option.name}`,
      flagName(option),
    ]),
  );
  const others = new Set(OTHERS.split(" "));
  for (const { id, options = [], means = "", causes } of entries) {
    const text = [
      means,
      ...causes.flatMap(({ cause, proof, cure }) => [cause, proof, cure]),
    ];
    const named = text.join("\n").match(/(?<![\w-])--[a-z][\w-]*/g) ?? [];
    for (const flag of [...options, ...named]) {
      assert.ok(flags.has(flag) || others.has(flag), `${id}: ${flag}`);
    }
  }
});

/** Of other commands, and of other programs: npm, node, systemctl. */
const OTHERS =
  "--node --max-time --omit --disable-wasm-trap-handler --max-old-space-size --heapsnapshot-near-heap-limit --version --check --help";

test("errors that the commands log carry a code", () => {
  for (const [file, text] of sources) {
    for (const [call] of text.matchAll(
      /\blog\.(?:error|fatal)\(\s*[^)]{0,60}/g,
    )) {
      // Its fields have it: of an error of ours.
      if (call.includes("fields")) continue;
      const code = /code: "([A-Z_]+)"/.exec(call)?.[1] ?? "";
      assert.ok(code in codes, `${file}: ${call}`);
    }
  }
});

test("ids are unique, and texts have no full stop at their end", () => {
  const ids = entries.map(({ id }) => id.toUpperCase());
  assert.equal(new Set(ids).size, ids.length);
  for (const { id, title, means, causes } of entries) {
    assert.match(title, /[^.]$/, id);
    if (means !== undefined) assert.match(means, /\.$/, id);
    assert.ok(causes.length > 0, id);
    for (const text of causes.flatMap(({ cause, proof, cure }) => [
      cause,
      proof,
      cure,
    ])) {
      assert.match(text, /^.{3,}[^.]$/, `${id}: ${text}`);
    }
  }
});

test("what stands in angle brackets is named by a message", () => {
  for (const { id, says = [], causes } of entries) {
    for (const cause of causes) {
      const known = [...says, ...(cause.says ?? [])].join(" ");
      for (const [place] of `${cause.proof} ${cause.cure}`.matchAll(
        /<[a-z]+>/g,
      )) {
        // Shared causes are told without it where a line does not name it.
        if (["<socket>", "<file>"].includes(place)) continue;
        assert.ok(known.includes(place), `${id}: ${place}`);
      }
    }
  }
});
