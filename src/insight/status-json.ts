import { DURATION_BOUNDS, type Status } from "./figures.ts";
import { quantile } from "./totals.ts";

/** The whole status as an object; times are milliseconds since 1970, and null is more than the last bound. */
export function statusJson(status: Status): string {
  const { durations } = status.totals;
  const told = {
    ...status,
    totals: {
      ...status.totals,
      durations: {
        ...durations,
        bounds: DURATION_BOUNDS,
        p50: quantile(status.totals, 0.5),
        p95: quantile(status.totals, 0.95),
        p99: quantile(status.totals, 0.99),
      },
    },
  };
  return `${JSON.stringify(told, undefined, 2)}\n`;
}
