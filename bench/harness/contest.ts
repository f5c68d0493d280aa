// Interleaved rounds: every side in turn, in another order each time, so that what disturbs the
// machine disturbs all of them alike.
import { shuffled } from "./statistics.ts";

/** What is measured, under the name that the tables show. */
export type Metric =
  | "requests/s"
  | "CPU µs/request"
  | "web server's CPU µs"
  | "p50 ms"
  | "p99 ms"
  | "peak MiB"
  | "errors"
  | "generator busy"
  | "MiB/s"
  | "CPU s/GiB"
  | "KiB/connection"
  | "ms"
  | "CPU ms";

export type Sample = Readonly<Partial<Record<Metric, number>>>;

/** One of those who are compared. */
export interface Side {
  readonly name: string;
  /** Asks once. @throws where the answer is not what everybody answers */
  check(): Promise<void>;
  measure(seconds: number): Promise<Sample>;
  stop(): Promise<void>;
}

/** How long and how often. */
export interface Effort {
  readonly rounds: number;
  /** Of one side in one round. */
  readonly seconds: number;
  readonly warmupSeconds: number;
  /** Bytes of a stream. */
  readonly streamBytes: number;
  /** Starts of a whole process. */
  readonly starts: number;
  readonly idleConnections: number;
  /** Further Node programs to start CGI programs with. */
  readonly nodes: readonly string[];
}

/** What one scenario has found. */
export interface Result {
  readonly scenario: string;
  readonly title: string;
  /** The side the ratios are to. */
  readonly base: string;
  /** An ISO date and time. */
  readonly date: string;
  /** Where it was measured; older results do not tell. */
  readonly processor?: string;
  readonly rounds: number;
  readonly sides: readonly SideResult[];
  readonly missing: readonly Missing[];
  readonly notes: readonly string[];
}

export interface SideResult {
  readonly name: string;
  /** One a round; the same index is the same round on every side. */
  readonly samples: readonly Sample[];
}

/** Who did not take part. */
export interface Missing {
  readonly name: string;
  readonly reason: string;
}

/** Warms up and measures all sides, and stops them. */
export async function contest(
  sides: readonly Side[],
  { rounds, seconds, warmupSeconds }: Effort,
): Promise<SideResult[]> {
  const samples = new Map<Side, Sample[]>(sides.map((side) => [side, []]));
  try {
    if (warmupSeconds > 0) {
      for (const side of sides) await side.measure(warmupSeconds);
    }
    for (let round = 0; round < rounds; round++) {
      for (const side of shuffled(sides)) {
        samples.get(side)?.push(await side.measure(seconds));
      }
    }
  } finally {
    for (const side of sides) await side.stop();
  }
  return sides.map((side) => ({
    name: side.name,
    samples: samples.get(side) as Sample[],
  }));
}
