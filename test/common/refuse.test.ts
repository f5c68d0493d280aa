// Run.refuse: an answer without the application, also in the middle of its work.
import assert from "node:assert/strict";
import { test } from "node:test";
import { TsgiError } from "../../src/common/errors.ts";
import { Run } from "../../src/common/run.ts";
import type { Application } from "../../src/common/types.ts";
import { emptyVariables } from "../../src/common/variables.ts";
import {
  inProcessSettings,
  MemoryErrors,
  MemoryOutput,
  TEXT,
} from "../support/in-process.ts";

const forever = () => new Promise<never>(() => {});
const reason = new TsgiError("ENDED", "Cannot go on: the process ends");

function prepare(trace: string[] = []): {
  run: Run;
  output: MemoryOutput;
  errors: MemoryErrors;
} {
  const output = new MemoryOutput(trace);
  const errors = new MemoryErrors();
  const variables = Object.assign(emptyVariables(), {
    REQUEST_METHOD: "GET",
    PATH_INFO: "/",
  });
  const parts = { variables, body: { next: () => undefined }, errors };
  return { run: new Run(parts, output, inProcessSettings()), output, errors };
}

test("Run.refuse answers without an application", () => {
  const trace: string[] = [];
  const { run, output, errors } = prepare(trace);
  run.refuse(new TsgiError("LIMIT", "Cannot accept it: it is too much"));
  assert.match(output.head ?? "", /Status: 431 /);
  assert.deepEqual(trace, ["start", "end"]);
  assert.deepEqual([output.outcome, output.breaches], ["failed", []]);
  assert.match(errors.text, /LIMIT: Cannot accept it: it is too much\n$/);
});

const unfinished: Record<
  string,
  { application: Application; status: RegExp; cut: boolean }
> = {
  "that has not returned": {
    application: forever,
    status: /Status: 500 /,
    cut: false,
  },
  "that has sent nothing": {
    async *application(_environ, startResponse) {
      startResponse("200 OK", TEXT);
      yield await forever();
    },
    status: /Status: 500 /,
    cut: false,
  },
  "that has sent something": {
    async *application(_environ, startResponse) {
      startResponse("200 OK", TEXT);
      yield "a";
      yield await forever();
    },
    status: /Status: 200 /,
    cut: true,
  },
};
for (const [what, { application, status, cut }] of Object.entries(unfinished)) {
  test(`A10.01 Run.refuse does not wait for an application ${what}`, async () => {
    const trace: string[] = [];
    const { run, output } = prepare(trace);
    let closed = 0;
    const served = run.serve((environ, startResponse) => {
      const body = application(environ, startResponse);
      return Object.assign(body, { close: () => closed++ });
    });
    await new Promise((resolve) => setImmediate(resolve));
    run.refuse(reason);
    await served;
    assert.match(output.head ?? "", status);
    assert.deepEqual([output.outcome, output.cut], ["failed", cut]);
    assert.equal(trace.at(-1), "end");
    assert.deepEqual(output.breaches, []);
    assert.equal(closed, application === forever ? 0 : 1);
  });
}
