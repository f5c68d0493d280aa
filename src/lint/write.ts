// F7: write(), which startResponse returns.
import { isBytes } from "../common/chunk.ts";
import type { Write } from "../common/types.ts";
import type { Call } from "./call.ts";

/** `write` for the application; it has `flush` where that of the server has. */
export function lintWrite(write: Write, call: Call): Write {
  const { flush } = write;
  const checked: Write = (chunk) => {
    try {
      if (call.isIterating || call.isComplete || call.hasEnded) {
        call.fail(
          "F7.22",
          call.isIterating
            ? "write() is called by the body"
            : "write() is called after the body",
        );
      }
      call.take(chunk, "F7.20");
    } catch (error) {
      // As the server does it: a timer's call of write must not end the process.
      const rejection = Promise.reject(error);
      rejection.catch(() => {});
      return rejection;
    }
    const waiting = write(chunk);
    if (waiting === undefined) return undefined;
    if (isBytes(chunk)) checkWhenTaken(chunk, waiting, call);
    return call.watch(
      waiting,
      "F7.23",
      "the promise of write() is not awaited",
    );
  };
  if (flush !== undefined) {
    checked.flush = () => {
      const waiting = flush();
      return (
        waiting &&
        call.watch(
          waiting,
          "F7.23",
          "the promise of write.flush() is not awaited",
        )
      );
    };
  }
  return checked;
}

function checkWhenTaken(
  chunk: Uint8Array,
  waiting: Promise<void>,
  call: Call,
): void {
  const copy = Uint8Array.from(chunk);
  const check = () => {
    if (Buffer.compare(chunk, copy) !== 0) {
      call.warn("F7.24", "a chunk was changed before write() had taken it");
    }
  };
  waiting.then(check, () => {});
}
