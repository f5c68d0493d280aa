import type { TestContext } from "node:test";

const cleanups = new WeakMap<TestContext, (() => unknown)[]>();

/** Like `t.after`, the latest first: a process ends before the folder goes that it writes to. */
export function atEnd(t: TestContext, cleanup: () => unknown): void {
  const earlier = cleanups.get(t);
  if (earlier !== undefined) {
    earlier.unshift(cleanup);
    return;
  }
  const all = [cleanup];
  cleanups.set(t, all);
  t.after(async () => {
    for (const each of all) await each();
  });
}
