// Stop 6 of a request: its answer goes to descriptor 1, written through at once.
import type { Outcome, Output, Wait } from "../common/output.ts";
import { writeAll } from "./descriptor.ts";
import { relieveGuard } from "./guard.ts";

const STDOUT = 1;

/** Writes a response. Each write is over when it returns, so that nothing is lost when the process ends. */
export class CgiStdout implements Output {
  /** How the request ended, once it has. */
  outcome: Outcome | undefined;
  /** Whether anything of a response has been written. */
  hasBegun = false;

  start(head: string, first: Uint8Array): Wait {
    this.hasBegun = true;
    relieveGuard();
    const block = Buffer.from(head, "latin1");
    // One write for both, so that a server can pass them on together.
    writeAll(
      STDOUT,
      first.length === 0 ? block : Buffer.concat([block, first]),
    );
    return undefined;
  }

  write(chunk: Uint8Array): Wait {
    writeAll(STDOUT, chunk);
    return undefined;
  }

  complete(): void {}

  end(outcome: Outcome): void {
    this.outcome = outcome;
  }
}
