import assert from "node:assert/strict";
import { test } from "node:test";
import {
  duration,
  fileMode,
  integer,
  list,
  type OptionType,
  oneOf,
  pairs,
  percent,
  size,
  text,
  toggle,
} from "../../src/cli/options/option-types.ts";

const levels = oneOf("level", ["info", "warn"]);
const words = list("word", "a word", (each) => /^[a-z]+$/.test(each));

const read: readonly (readonly [
  name: string,
  type: OptionType<unknown>,
  texts: readonly string[],
  value: unknown,
])[] = [
  ["size", size, ["512"], 512],
  ["size", size, ["0"], 0],
  ["size", size, ["64k"], 65_536],
  ["size", size, ["1M"], 1_048_576],
  ["size", size, ["2g"], 2_147_483_648],
  ["duration", duration, ["500ms"], 500],
  ["duration", duration, ["30s"], 30_000],
  ["duration", duration, ["5m"], 300_000],
  ["duration", duration, ["1h"], 3_600_000],
  ["duration", duration, ["0"], 0],
  ["integer", integer(1), ["7"], 7],
  ["fileMode", fileMode, ["660"], 0o660],
  ["fileMode", fileMode, ["0600"], 0o600],
  ["toggle", toggle, ["on"], true],
  ["toggle", toggle, ["YES"], true],
  ["toggle", toggle, ["1"], true],
  ["toggle", toggle, ["false"], false],
  ["toggle", toggle, ["off"], false],
  ["oneOf", levels, ["warn"], "warn"],
  ["text", text, ["any thing"], "any thing"],
  ["list", words, ["one", "two"], ["one", "two"]],
  ["pairs", pairs, ["A=1", "b.c=2=3", "E="], { A: "1", "b.c": "2=3", E: "" }],
];

for (const [name, type, texts, value] of read) {
  test(`${name} reads ${texts.join(" and ")}`, () => {
    assert.deepEqual(type.parse(texts), value);
  });
}

const refused: readonly (readonly [
  name: string,
  type: OptionType<unknown>,
  texts: readonly string[],
])[] = [
  ["size", size, ["12q"]],
  ["size", size, ["-1"]],
  ["size", size, ["1.5m"]],
  ["size", size, ["k"]],
  ["size", size, [""]],
  ["size", size, ["99999999999g"]],
  ["duration", duration, ["30"]],
  ["duration", duration, ["30 s"]],
  ["duration", duration, ["30d"]],
  ["duration", duration, ["597h"]],
  ["integer", integer(1), ["0"]],
  ["integer", integer(0), ["1e3"]],
  ["integer", integer(0), ["0x10"]],
  ["integer", integer(0), ["9007199254740993"]],
  ["percent", percent, ["101%"]],
  ["percent", percent, ["-1"]],
  ["percent", percent, ["0.1"]],
  ["percent", percent, ["%"]],
  ["fileMode", fileMode, ["668"]],
  ["fileMode", fileMode, ["4755"]],
  ["toggle", toggle, ["maybe"]],
  ["oneOf", levels, ["warning"]],
  ["text", text, [""]],
  ["list", words, ["one", "2"]],
  ["pairs", pairs, ["A"]],
  ["pairs", pairs, ["=1"]],
  ["pairs", pairs, ["tsgi.errors=x"]],
];

for (const [name, type, texts] of refused) {
  test(`${name} refuses ${JSON.stringify(texts.join(" "))}`, () => {
    assert.equal(type.parse(texts), undefined);
  });
}

const written: readonly (readonly [
  name: string,
  type: OptionType<unknown>,
  value: unknown,
  text: string,
])[] = [
  ["size", size, 65_536, "64k"],
  ["size", size, 1_073_741_824, "1g"],
  ["size", size, 1_000, "1000"],
  ["size", size, 0, "0"],
  ["duration", duration, 30_000, "30s"],
  ["duration", duration, 90_000, "90s"],
  ["duration", duration, 1_500, "1500ms"],
  ["duration", duration, 0, "0"],
  ["percent", percent, 0.1, "10%"],
  ["percent", percent, 0.29, "29%"],
  ["percent", percent, 0, "0%"],
  ["fileMode", fileMode, 0o660, "660"],
  ["toggle", toggle, true, "on"],
  ["toggle", toggle, false, "off"],
  ["list", words, ["a", "b"], "a,b"],
  ["pairs", pairs, { A: "1", "b.c": "2" }, "A=1,b.c=2"],
];

for (const [name, type, value, expected] of written) {
  test(`${name} writes ${expected}`, () => {
    const shown = type.format(value);
    assert.equal(shown, expected);
  });
}

test("pairs have bytes as values, but what the application named itself keeps its text", () => {
  const value = pairs.parse(["A=é", "my.a=é"]);
  assert.deepEqual(value, { A: "\xc3\xa9", "my.a": "é" });
  assert.equal(pairs.format(value ?? {}), "A=é,my.a=é");
});
