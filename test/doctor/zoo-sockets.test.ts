import assert from "node:assert/strict";
import { test } from "node:test";
import { mend } from "../../src/doctor/mend.ts";
import { atEnd } from "../support/at-end.ts";
import { furnished } from "./zoo/machine.ts";
import { Den, socketCases } from "./zoo/sockets.ts";
import { look, shown, told } from "./zoo/zoo.ts";

const isRoot = process.getuid?.() === 0;

for (const { name, code, act, asRoot, fixed } of socketCases) {
  const skip = asRoot && !isRoot && "only root can make it so";
  test(`${code ?? "nothing is found"}: ${name}`, { skip }, async (t) => {
    const den = new Den();
    const { habitat } = den;
    atEnd(t, () => habitat.remove());
    await act(den);
    const { findings } = await look(habitat);
    assert.deepEqual(
      told(findings),
      code === undefined ? [] : [code],
      shown(findings),
    );
    if (!fixed) return;
    const { diagnosis } = await mend(
      furnished(habitat.furniture),
      habitat.question,
    );
    assert.deepEqual(told(diagnosis.findings), [], shown(diagnosis.findings));
  });
}
