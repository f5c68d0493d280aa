import { setTimeout as delay } from "node:timers/promises";
import { TsgiError } from "../../common/errors.ts";

/** Workers of a supervisor that was killed need a moment to notice. */
const PATIENCE_MS = 1_500;
const RETRY_MS = 50;

/** A `bind` that tries again for a moment where somebody listens there still. */
export function bindPatiently<Bound>(
  bind: (address: string) => Promise<Bound>,
): (address: string) => Promise<Bound> {
  return async (address) => {
    const start = performance.now();
    for (;;) {
      try {
        return await bind(address);
      } catch (error) {
        const isLate = performance.now() - start > PATIENCE_MS;
        if (isLate || !isTaken(error)) throw error;
        await delay(RETRY_MS);
      }
    }
  };
}

function isTaken(error: unknown): boolean {
  const cause = TsgiError.is(error) ? error.cause : undefined;
  return (cause as { code?: unknown } | undefined)?.code === "EADDRINUSE";
}
