// What all comparisons of contenders have in common.

import { type Contender, missing } from "../contenders/index.ts";
import {
  contest,
  type Effort,
  type Missing,
  type Result,
  type Side,
} from "../harness/contest.ts";
import { processor } from "../harness/machine.ts";
import type { Work } from "./work.ts";

/** Whoever has a name and needs. */
type Comparable = Pick<Contender, "name" | "needs">;

export interface Comparison<T extends Comparable> {
  readonly name: string;
  readonly title: string;
  /** The first one is what the others are compared with. */
  readonly contenders: readonly T[];
  readonly effort: Effort;
  readonly notes?: readonly string[];
  /** Why a contender cannot take part, besides what it needs. */
  readonly obstacle?: (contender: T) => string | undefined;
  start(contender: T): Promise<Side>;
}

/** Starts all that can be started, and measures them. */
export async function compare<T extends Comparable>({
  name,
  title,
  contenders,
  effort,
  notes = [],
  obstacle,
  start,
}: Comparison<T>): Promise<Result> {
  const absent: Missing[] = [];
  const sides: Side[] = [];
  for (const contender of contenders) {
    const need = missing(contender);
    const reason =
      need === undefined ? obstacle?.(contender) : `${need} is not there`;
    try {
      if (reason === undefined) sides.push(await checked(start(contender)));
      else absent.push({ name: contender.name, reason });
    } catch (error) {
      absent.push({ name: contender.name, reason: (error as Error).message });
    }
  }
  return {
    scenario: name,
    title,
    base: contenders[0]?.name ?? "",
    date: new Date().toISOString(),
    processor: processor(),
    rounds: effort.rounds,
    sides: await contest(sides, effort),
    missing: absent,
    notes,
  };
}

/** A side whose answer is right. */
async function checked(starting: Promise<Side>): Promise<Side> {
  const side = await starting;
  try {
    await side.check();
    return side;
  } catch (error) {
    await side.stop();
    throw error;
  }
}

/** Why a contender's program cannot do some work. */
export function cannotDo(
  { lacks }: Contender,
  { path }: Pick<Work, "path">,
): string | undefined {
  const [route = ""] = path.split("?");
  return lacks?.includes(route) ? `its program has no ${route}` : undefined;
}

/** Above this many, processes that wait are all there is. */
const MOST_WORKERS = 32;

/** Those who serve one connection at a time need a process for each. */
export function workersFor(
  { isPerConnection = false }: Contender,
  connections: number,
  workers: number,
): number {
  return isPerConnection ? Math.min(connections, MOST_WORKERS) : workers;
}
