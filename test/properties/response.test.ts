import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TsgiError } from "../../src/common/errors.ts";
import { headerBlock, responseHead } from "../../src/common/response.ts";
import { check } from "../support/property.ts";

const wild = fc.oneof(
  fc.string({ unit: "binary", maxLength: 8 }),
  fc
    .uint8Array({ maxLength: 8 })
    .map((bytes) => Buffer.from(bytes).toString("latin1")),
  fc.constantFrom("a\r\nb", "\n", "\u010a", "a: b", " "),
);
const often = <T>(mostly: fc.Arbitrary<T>, seldom: fc.Arbitrary<T>) =>
  fc.oneof({ arbitrary: mostly, weight: 40 }, { arbitrary: seldom, weight: 1 });
const name = often(
  fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,10}$/),
  wild,
);
const text = often(fc.stringMatching(/^[\t\x20-\x7e\x80-\xff]{0,20}$/), wild);

test("A7.05 A7.06 D1.01 whatever is accepted is sent as the very lines it was given as", (t) => {
  let accepted = 0;
  check(
    t,
    fc.property(text, fc.array(fc.tuple(name, text)), (reason, headers) => {
      const given = headers.filter(
        ([name]) => name.toLowerCase() !== "content-length",
      );
      let block: string;
      try {
        block = headerBlock(responseHead(`200 ${reason}`, given, 65_536));
      } catch (error) {
        assert.ok(error instanceof TsgiError);
        return;
      }
      if (given.length > 0) accepted++;
      const wire = Buffer.from(block, "latin1").toString("latin1");
      const lines = [
        ...given.map(([name, value]) => `${name}: ${trimmed(value)}`),
        `Status: 200 ${reason}`,
      ];
      assert.deepEqual(wire.split(/\r\n|[\r\n\0]/), [...lines, "", ""]);
    }),
  );
  assert.ok(accepted > 0);
});

function trimmed(value: string): string {
  return value.replace(/^[\t ]+/, "").replace(/[\t ]+$/, "");
}
