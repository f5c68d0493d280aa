// What the main thread tells of itself when it is interrupted.
import { printable } from "../common/failure.ts";
import { applicationFrames } from "../common/stack.ts";
import type { RunningRequest } from "../insight/running-requests.ts";

/** Who blocks the main thread. */
export interface Culprit {
  /** Frames, the innermost first, such as `"spin (file:///srv/app.js:3:9)"`; the application's alone, where there are some. */
  readonly frames: readonly string[];
  /** Requests that run, the latest first: method, target and for how long. */
  readonly requests: readonly string[];
}

/** The watchdog's thread finds the main thread's answer under this name, wherever that is interrupted. */
const ANSWER = Symbol.for("tsgi.watchdog.answer");
/** Evaluated in the main thread; {@link Culprit} as JSON. */
export const QUESTION: string = `globalThis[Symbol.for(${JSON.stringify(ANSWER.description)})]()`;
/** Frames of the stack to look at, and requests to name. */
const DEPTH = 50;
const NAMED = 10;

/** Answers the {@link QUESTION} from now on. */
export function answerWith(running: () => readonly RunningRequest[]): void {
  const value = (): string => {
    const culprit: Culprit = { frames: frames(), requests: named(running()) };
    return JSON.stringify(culprit);
  };
  Object.defineProperty(globalThis, ANSWER, { value, configurable: true });
}

/** By an error's stack, since that knows source maps. */
function frames(): string[] {
  const settings: { stackTraceLimit: number; prepareStackTrace: unknown } =
    Error;
  const { stackTraceLimit, prepareStackTrace } = settings;
  settings.stackTraceLimit = DEPTH;
  // An application's own might return anything.
  settings.prepareStackTrace = undefined;
  const { stack = "" } = new Error();
  settings.stackTraceLimit = stackTraceLimit;
  settings.prepareStackTrace = prepareStackTrace;
  return applicationFrames(stack)
    .split("\n")
    .filter((line) => /^\s+at (?!<anonymous>:)/.test(line))
    .map((line) => printable(line.replace(/^\s+at /, "")));
}

function named(running: readonly RunningRequest[]): string[] {
  return running
    .toSorted((one, other) => one.durationMs - other.durationMs)
    .slice(0, NAMED)
    .map(
      ({ request, durationMs }) => `${request} (${Math.round(durationMs)} ms)`,
    );
}
