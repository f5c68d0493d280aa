// A node:test reporter: one line of JSON, a TestResult, for each test, subtest and suite. Failures
// show on stderr. JavaScript, since the process that loads reporters has no TypeScript loader.
import { inspect } from "node:util";

/** @param {AsyncIterable<import("node:test/reporters").TestEvent>} events */
export default async function* reporter(events) {
  /** @type {(number | undefined)[]} Tests that passed at each depth: parents are reported last. */
  const passed = [];
  for await (const { type, data } of events) {
    if (type !== "test:pass" && type !== "test:fail") continue;
    const { name, nesting, file = "" } = data;
    const isTest = data.details.type !== "suite";
    const hasRun = isTest && !isSet(data.skip) && !isSet(data.todo);
    const shown = passed[nesting + 1] ?? (hasRun ? 1 : 0);
    passed.length = nesting + 1;
    let outcome = shown > 0 ? "passed" : "skipped";
    if (type === "test:fail" && !isSet(data.todo)) {
      outcome = "failed";
      const error = inspect(data.details.error);
      process.stderr.write(`✖ ${name} (${file})\n${error}\n`);
    }
    if (outcome === "passed") passed[nesting] = (passed[nesting] ?? 0) + shown;
    else passed[nesting] ??= 0;
    yield `${JSON.stringify({ name, file, outcome })}\n`;
  }
}

/**
 * `skip` and `todo` are true or the reason, which may be empty.
 *
 * @param {boolean | string | undefined} mark
 */
function isSet(mark) {
  return mark !== undefined && mark !== false;
}
