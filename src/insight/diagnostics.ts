import { channel } from "node:diagnostics_channel";
import type { Observer } from "../common/observer.ts";

const START = channel("tsgi:request:start");
const END = channel("tsgi:request:end");

/**
 * Tells node:diagnostics_channel of requests, where somebody has subscribed: `tsgi:request:start` and
 * `tsgi:request:end` get `{ request }`, one and the same `ObservedRequest` for both.
 */
export const diagnostics: Observer = {
  started(request) {
    if (START.hasSubscribers) START.publish({ request });
  },
  ended(request) {
    if (END.hasSubscribers) END.publish({ request });
  },
};
