import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Action,
  decide,
  type PoolView,
  type WorkerView,
} from "../../src/supervisor/policy.ts";

/** `"1r"`: generation 1, ready; `s` starting, `d` draining, `e` ended, `l` ready and wanting out. Ids count from 1. */
function workers(text: string): WorkerView[] {
  const phases = { s: "starting", r: "ready", d: "draining", e: "ended" };
  return text
    .split(" ")
    .filter((each) => each !== "")
    .map((each, index) => {
      const letter = each.slice(-1);
      const phase = letter === "l" ? "r" : letter;
      return {
        id: index + 1,
        generation: Number(each.slice(0, -1)),
        phase: phases[phase as "r"] as WorkerView["phase"],
        wantsOut: letter === "l",
      };
    });
}

/** `"start 1"`, `"drain 2"`, `"promote"`, `"stand-in on"`. */
function told(action: Action): string {
  switch (action.type) {
    case "start":
      return `start ${action.generation}`;
    case "drain":
      return `drain ${action.id}`;
    case "promote":
      return "promote";
    case "stand-in":
      return `stand-in ${action.on ? "on" : "off"}`;
  }
}

const cases: [
  does: string,
  workers: string,
  expected: string[],
  pool?: Partial<PoolView>,
][] = [
  ["starts what is missing", "1r", ["start 1", "start 1"]],
  ["is content", "1r 1r 1r", []],
  ["waits for those that start", "1r 1s 1s", []],
  [
    "starts no more at a time than there are cores",
    "1s",
    ["start 1"],
    { concurrency: 2 },
  ],
  ["does not count who leaves or has ended", "1r 1r 1d 1e", ["start 1"]],
  ["starts nobody while it backs off", "1r", [], { mayStart: false }],
  ["drains the youngest of too many", "1r 1r 1r 1r 1r", ["drain 5", "drain 4"]],
  ["ends who starts before it drains who serves", "1s 1r 1r 1r", ["drain 1"]],
  ["starts one more for all that want out", "1l 1l 1r", ["start 1"]],
  ["waits for the replacement", "1l 1l 1r 1s", []],
  ["then drains one of those that want out", "1l 1l 1r 1r", ["drain 1"]],
  ["and goes on with the next", "1d 1l 1r 1r", ["start 1"]],
  [
    "keeps who wants out while it backs off",
    "1l 1r 1r",
    [],
    { mayStart: false },
  ],
  [
    "drains what is left of other generations",
    "1r 2r 2r 2r",
    ["drain 1"],
    { generation: 2 },
  ],
  [
    "drains also what a failed reload has left",
    "1r 1r 1r 2s 2r",
    ["drain 4", "drain 5"],
  ],
  [
    "starts a whole generation beside the old one",
    "1r 1r 1r",
    ["start 2", "start 2", "start 2"],
    { next: 2 },
  ],
  ["does nothing else while it reloads", "1l 1r 2s 2s 2r", [], { next: 2 }],
  [
    "promotes a generation that is whole",
    "1r 1r 2r 2r 2r",
    ["promote"],
    { next: 2 },
  ],
  [
    "promotes one that is more than whole",
    "2r 2r 2r 2r",
    ["promote"],
    { next: 2 },
  ],
  [
    "needs a stand-in where nobody serves",
    "1d",
    ["stand-in on"],
    { mayStart: false },
  ],
  ["needs one only once", "", [], { mayStart: false, hasStandIn: true }],
  ["keeps it while workers start", "1s 1s 1s", [], { hasStandIn: true }],
  [
    "needs it no more when one serves",
    "1r 1s 1s",
    ["stand-in off"],
    { hasStandIn: true },
  ],
];

for (const [does, text, expected, pool] of cases) {
  test(`a pool of three ${does}: ${text || "none"}`, () => {
    const actions = decide({
      target: 3,
      concurrency: 4,
      generation: 1,
      next: undefined,
      mayStart: true,
      hasStandIn: false,
      workers: workers(text),
      ...pool,
    });
    assert.deepEqual(actions.map(told), expected);
  });
}
