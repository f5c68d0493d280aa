// F7.27: with validators around them, the applications of the conformance suite answer alike.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Finding, lint } from "../../src/lint/index.ts";
import { conformanceCases } from "../../src/testing/index.ts";
import { type Answer, hello, request } from "../support/in-process.ts";

/** Cases whose applications break a rule on purpose, by the first id of their names. */
const BREACHES: Readonly<Record<string, string>> = {
  "A1.07": "F7.05",
  "A7.07": "F6.13",
  "A11.01": "F7.14",
};

for (const { name, application, request: asked } of conformanceCases) {
  const [id = ""] = name.split(" ");
  test(`F7.27 lint leaves alone: ${name}`, async () => {
    const findings: Finding[] = [];
    const onFinding = (finding: Finding) => findings.push(finding);
    const wrapped = lint(lint(application, { onFinding }), { onFinding });
    const after = await request(wrapped, asked);
    if (BREACHES[id] === undefined) {
      const errors = findings.filter(({ level }) => level === "error");
      assert.deepEqual(errors, []);
      assert.deepEqual(seen(after), seen(await request(application, asked)));
    } else {
      assert.equal(findings[0]?.id, BREACHES[id]);
    }
  });
}

test("F7.27 lint passes on the application's own error", async () => {
  const error = new Error("mine");
  const thrower = lint(() => {
    throw error;
  });
  const rejecter = lint(async () => {
    throw error;
  });
  const caught: unknown[] = [];
  for (const application of [thrower, rejecter]) {
    await request(async (environ, startResponse) => {
      try {
        await application(environ, startResponse);
      } catch (thrown) {
        caught.push(thrown);
      }
      return hello(environ, startResponse);
    });
  }
  assert.deepEqual(caught, [error, error]);
  assert.ok(caught.every((thrown) => thrown === error));
});

/** All but incident numbers and stacks, chunk by chunk. */
function seen(answer: Answer): unknown {
  const same = (text: string) =>
    text
      .replace(/[iI]ncident [0-9a-f]{8}/g, "incident")
      .replace(/^ +at .*\n/gm, "");
  return {
    head: answer.head,
    chunks: answer.chunks.map(same),
    errors: same(answer.errors),
    outcome: answer.outcome,
  };
}
