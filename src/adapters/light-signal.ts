/** The signal that a Request follows. @throws {TypeError} for what is none */
export function checkedSignal(
  given: AbortSignal | null | undefined,
  base: { readonly signal: AbortSignal } | undefined,
): AbortSignal | undefined {
  if (given === undefined) return base?.signal;
  if (given === null) return undefined;
  const isSignal =
    typeof given.aborted === "boolean" &&
    typeof given.addEventListener === "function";
  if (isSignal) return given;
  throw new TypeError("Cannot follow the signal: it is no AbortSignal");
}

/** A signal that is aborted when `followed` is, and for the same reason. */
export function following(followed: AbortSignal | undefined): AbortSignal {
  const controller = new AbortController();
  const follow = (): void => controller.abort(followed?.reason);
  if (followed?.aborted) follow();
  else followed?.addEventListener("abort", follow, { once: true });
  return controller.signal;
}
