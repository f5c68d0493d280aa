// What the main thread and its watchdog share.
import type { RecordSink } from "./block-record.ts";
import type { BlockLimits } from "./block-watch.ts";

/** Given to the thread. */
export interface WatchdogData extends BlockLimits {
  /** Two numbers, at {@link BEATS} and {@link IS_DEBUGGED}. */
  readonly life: Int32Array;
  readonly sink: RecordSink;
}

/** Signs of life of the main thread, counted. */
export const BEATS = 0;
/** 1 while a debugger may be attached: whoever is at a breakpoint must not be ended. */
export const IS_DEBUGGED = 1;
