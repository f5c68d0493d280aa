// The bench works: one short round, without a web server. No figure is looked at.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Contender } from "../../bench/contenders/contender.ts";
import {
  contest,
  type Effort,
  type Result,
  type Side,
} from "../../bench/harness/contest.ts";
import { tableOf } from "../../bench/harness/table.ts";
import { readOptions } from "../../bench/options.ts";
import { compare } from "../../bench/scenarios/compare.ts";
import { allScenarios } from "../../bench/scenarios/index.ts";
import { standings, targets } from "../../bench/targets.ts";

const { effort } = readOptions(["--quick"]);
const shortest: Effort = {
  ...effort,
  seconds: 0.2,
  starts: 1,
  idleConnections: 20,
  nodes: [],
};
const scenarios = allScenarios([]);

test("readOptions takes numbers and refuses what is none", () => {
  assert.equal(readOptions(["--rounds", "3"]).effort.rounds, 3);
  assert.equal(readOptions([]).quick, false);
  assert.throws(() => readOptions(["--rounds", "many"]), TypeError);
  assert.throws(() => readOptions(["--round", "3"]), TypeError);
});

test("contest measures every side once a round and stops all of them", async () => {
  const calls: string[] = [];
  const side = (name: string): Side => ({
    name,
    check: async () => {},
    measure: async () => ({ ms: calls.push(`${name} measured`) }),
    stop: async () => {
      calls.push(`${name} stopped`);
    },
  });
  const sides = await contest([side("a"), side("b")], {
    ...shortest,
    rounds: 3,
  });
  assert.deepEqual(
    sides.map(({ samples }) => samples.length),
    [3, 3],
  );
  assert.deepEqual(calls.slice(-2), ["a stopped", "b stopped"]);
});

test("contest stops all sides when one fails", async () => {
  let stopped = 0;
  const side = (name: string): Side => ({
    name,
    check: async () => {},
    measure: async () => {
      if (name === "b") throw new Error("b answers 500");
      return {};
    },
    stop: async () => {
      stopped++;
    },
  });
  const contesting = contest([side("a"), side("b")], shortest);
  await assert.rejects(contesting, /b answers 500/);
  assert.equal(stopped, 2);
});

test("the scenario direct-idle measures ours and node:http", async () => {
  const scenario = scenarios.find(({ name }) => name === "direct-idle");
  assert.ok(scenario);
  const { sides, missing } = await scenario.run(shortest);
  assert.deepEqual(missing, [], "npm run build first");
  const counts = sides.map(({ name, samples }) => [name, samples.length]);
  assert.deepEqual(counts, [
    ["node:http", 1],
    ["tsgi", 1],
  ]);
});

test("compare names who is missing and why, in the table too", async () => {
  const stopped: string[] = [];
  const contender = (name: string, ...needs: string[]): Contender => ({
    ...{ name, needs, protocol: "http" },
    command: () => ({ file: "", args: [] }),
  });
  const result = await compare({
    ...{ name: "some", title: "Some", effort: shortest },
    contenders: [
      contender("here"),
      contender("away", "/no/such/file"),
      contender("unable"),
      contender("broken"),
      contender("wrong"),
    ],
    obstacle: ({ name }) => (name === "unable" ? "it cannot" : undefined),
    start: async ({ name }) => {
      if (name === "broken") throw new Error("it fell over");
      return {
        name,
        check: async () => {
          if (name === "wrong") throw new Error("it answers 500");
        },
        measure: async () => ({ ms: 1 }),
        stop: async () => {
          stopped.push(name);
        },
      };
    },
  });
  assert.deepEqual(result.missing, [
    { name: "away", reason: "/no/such/file is not there" },
    { name: "unable", reason: "it cannot" },
    { name: "broken", reason: "it fell over" },
    { name: "wrong", reason: "it answers 500" },
  ]);
  assert.deepEqual(stopped, ["wrong", "here"]);
  assert.match(tableOf(result), /Missing: broken \(it fell over\)/);
});

test("every target names a metric of a direction, and an unmeasured one is not met", () => {
  for (const { what, atLeast, atMost } of targets) {
    assert.notEqual(atLeast === undefined, atMost === undefined, what);
  }
  for (const { isMet, measured } of standings([])) {
    assert.deepEqual([isMet, measured], [false, undefined]);
  }
});

test("standings compares the sides' rounds", () => {
  const side = (name: string, ...rates: number[]) => ({
    name,
    samples: rates.map((rate) => ({ "requests/s": rate })),
  });
  const result: Result = {
    scenario: "nginx-hello-32",
    title: "",
    base: "node:http",
    date: "",
    rounds: 3,
    sides: [side("node:http", 10, 20, 30), side("tsgi", 20, 30, 60)],
    missing: [],
    notes: [],
  };
  const [first] = standings([result]);
  assert.deepEqual([first?.measured, first?.isMet], [2, true]);
});
