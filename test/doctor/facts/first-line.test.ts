import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFirstLine } from "../../../src/doctor/facts/first-line.ts";

const cases: readonly (readonly [
  text: string,
  interpreter: string,
  argument: string,
  command: string[],
])[] = [
  ["#!/bin/sh\nexec x\n", "/bin/sh", "", ["/bin/sh"]],
  ["#! /bin/sh -e \n", "/bin/sh", "-e", ["/bin/sh", "-e"]],
  [
    "#!/usr/bin/perl -w -T\n",
    "/usr/bin/perl",
    "-w -T",
    ["/usr/bin/perl", "-w -T"],
  ],
  ["#!/usr/bin/env node\n", "/usr/bin/env", "node", ["node"]],
  ["#!/usr/bin/env node --x y\n", "/usr/bin/env", "node --x y", ["node --x y"]],
  [
    "#!/usr/bin/env -S node --x y\n",
    "/usr/bin/env",
    "-S node --x y",
    ["node", "--x", "y"],
  ],
  ["#!/usr/bin/env -S A=1 node\n", "/usr/bin/env", "-S A=1 node", ["node"]],
  ["#!/bin/sh\r\n", "/bin/sh\r", "", ["/bin/sh\r"]],
  ["#!", "", "", [""]],
];

for (const [text, interpreter, argument, command] of cases) {
  test(`a first line is read as the kernel does: ${JSON.stringify(text)}`, () => {
    const line = parseFirstLine(text);
    assert.deepEqual(
      [line?.interpreter, line?.argument, line?.command],
      [interpreter, argument, command],
    );
  });
}

test("what does not begin with #! has no first line", () => {
  for (const text of ["", "#", " #!/bin/sh\n", "\xef\xbb\xbf#!/bin/sh\n"]) {
    assert.equal(parseFirstLine(text), undefined);
  }
});
