// Applications answer at once or later: what tells the two apart, and what takes later things in turn.

/** Whether `value` has to be awaited. A promise of another realm, or a library's own, counts too. */
export function isThenable<T>(
  value: T | PromiseLike<T>,
): value is PromiseLike<T> {
  return (
    ((typeof value === "object" && value !== null) ||
      typeof value === "function") &&
    typeof (value as { then?: unknown }).then === "function"
  );
}

/** Calls functions one after another until there are none left; they may add some on the way. */
export async function callInTurn(
  functions: (() => unknown)[],
  failed: (error: unknown) => void,
): Promise<void> {
  while (functions.length > 0) {
    try {
      await functions.shift()?.();
    } catch (error) {
      failed(error);
    }
  }
}
