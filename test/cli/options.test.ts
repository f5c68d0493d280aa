import assert from "node:assert/strict";
import { test } from "node:test";
import {
  environmentName,
  fileKey,
  flagName,
  type Option,
} from "../../src/cli/options/option.ts";
import type { OptionType } from "../../src/cli/options/option-types.ts";
import {
  groupsFor,
  optionGroups,
  optionsOf,
} from "../../src/cli/options/options.ts";
import { settingsFrom } from "../../src/common/settings.ts";
import { limitsFrom } from "../../src/fastcgi/options.ts";

const options = optionsOf(optionGroups);

test("options have names of their own, in each spelling", () => {
  for (const nameOf of [flagName, environmentName, fileKey]) {
    const names = options.map(nameOf);
    assert.deepEqual(names, [...new Set(names)]);
  }
});

test("options are spelled as their surroundings spell", () => {
  const option = (name: string): Option =>
    options.find((each) => each.name === name) as Option;
  const body = option("max-body");
  assert.equal(flagName(body), "--max-body");
  assert.equal(environmentName(body), "TSGI_MAX_BODY");
  assert.equal(fileKey(body), "maxBody");
  assert.equal(flagName(option("multiplex")), "--no-multiplex");
  assert.equal(flagName(option("half-close")), "--half-close");
});

test("options are explained in one sentence", () => {
  for (const { name, help } of options) {
    assert.match(help, /^[^A-Z].*[^.]$/, name);
  }
});

test("options tell what leaving them out means", () => {
  for (const { name, default: value, unset, type } of options) {
    const isShown = value !== undefined && `${value}` !== "";
    assert.ok(isShown || unset, name);
    if (value === undefined) continue;
    const { parse, format, isList } = type as OptionType<unknown>;
    const shown = format(value);
    if (shown === "" && isList) continue;
    assert.deepEqual(parse([shown]), value, `the default of ${name}`);
  }
});

test("the defaults of options are those of the library", () => {
  const model = { multiprocess: false, runOnce: false, concurrent: true };
  const library: Readonly<Record<string, unknown>> = {
    ...limitsFrom({}),
    ...settingsFrom({}, model),
    maxBodyBytes: undefined,
    // What they are depends on whether the first is given.
    maxConcurrency: undefined,
    maxQueue: undefined,
    // It depends on who has started the process.
    gracefulTimeoutMs: undefined,
  };
  let compared = 0;
  for (const { key, default: value } of options) {
    if (!(key in library)) continue;
    compared++;
    assert.deepEqual(value, library[key], key);
  }
  assert.ok(compared >= 18, `only ${compared} were compared`);
});

test("groupsFor leaves out what a command cannot do", () => {
  const names = optionsOf(groupsFor("tsgi-cgi")).map(({ name }) => name);
  assert.ok(names.includes("mount"));
  assert.ok(!names.includes("socket"));
});
