// What a pool should do next: a pure function of what it is.

/** Where the life of a worker has come to; drawn in worker-handle.ts. */
export type WorkerPhase = "starting" | "ready" | "draining" | "ended";

/** A worker, as far as it matters here. */
export interface WorkerView {
  readonly id: number;
  readonly generation: number;
  readonly phase: WorkerPhase;
  /** A limit wants it out; there will be another in its place first. */
  readonly wantsOut: boolean;
}

/** A pool. */
export interface PoolView {
  /** How many workers should serve. */
  readonly target: number;
  /** How many may start at the same time. */
  readonly concurrency: number;
  /** The generation that serves. */
  readonly generation: number;
  /** The one that is to follow it, while there is a reload. */
  readonly next: number | undefined;
  /** Workers may be started; false while a crash storm is waited out. */
  readonly mayStart: boolean;
  readonly workers: readonly WorkerView[];
  /** Whether a stand-in answers. */
  readonly hasStandIn: boolean;
}

/** One step. */
export type Action =
  | { readonly type: "start"; readonly generation: number }
  | { readonly type: "drain"; readonly id: number }
  /** The next generation is complete: it is the one that serves now. */
  | { readonly type: "promote" }
  | { readonly type: "stand-in"; readonly on: boolean };

/** The steps to take now. None of them waits for another. */
export function decide(pool: PoolView): Action[] {
  const living = pool.workers.filter(({ phase }) => phase !== "ended");
  const actions = [
    ...(pool.next === undefined
      ? upkeep(pool, living)
      : reload(pool, pool.next, living)),
  ];
  const isServed = living.some(({ phase }) => phase === "ready");
  const needsStandIn = !isServed && !pool.mayStart;
  if (needsStandIn && !pool.hasStandIn) {
    actions.push({ type: "stand-in", on: true });
  } else if (isServed && pool.hasStandIn) {
    actions.push({ type: "stand-in", on: false });
  }
  return actions;
}

/** The old generation stays as it is until the new one is whole. */
function reload(
  pool: PoolView,
  next: number,
  living: readonly WorkerView[],
): Action[] {
  const fresh = living.filter(({ generation }) => generation === next);
  if (count(fresh, "ready") >= pool.target) return [{ type: "promote" }];
  return starts(pool, next, pool.target - fresh.length, fresh);
}

function upkeep(pool: PoolView, living: readonly WorkerView[]): Action[] {
  const { generation, target } = pool;
  const isCurrent = (worker: WorkerView): boolean =>
    worker.generation === generation;
  const outdated = living.filter(
    (worker) => !isCurrent(worker) && worker.phase !== "draining",
  );
  const current = living.filter(
    (worker) => isCurrent(worker) && worker.phase !== "draining",
  );
  const leavers = current.filter(
    ({ phase, wantsOut }) => phase === "ready" && wantsOut,
  );
  // One at a time: for all that want out there is one more than there should be.
  const wanted = target + (leavers.length > 0 ? 1 : 0);
  const [leaver] = leavers;
  const actions = outdated.map(drain);
  if (leaver !== undefined && count(current, "ready") > target) {
    actions.push(drain(leaver));
  } else if (current.length > wanted) {
    const surplus = current.length - wanted;
    // Those that do not serve yet, then the youngest.
    const order = [...current].sort(
      (one, other) =>
        Number(one.phase === "ready") - Number(other.phase === "ready") ||
        other.id - one.id,
    );
    actions.push(...order.slice(0, surplus).map(drain));
  }
  return [
    ...actions,
    ...starts(pool, generation, wanted - current.length, current),
  ];
}

function starts(
  pool: PoolView,
  generation: number,
  missing: number,
  among: readonly WorkerView[],
): Action[] {
  if (!pool.mayStart) return [];
  const room = pool.concurrency - count(among, "starting");
  const number = Math.max(0, Math.min(missing, room));
  return Array.from({ length: number }, () => ({ type: "start", generation }));
}

function drain({ id }: WorkerView): Action {
  return { type: "drain", id };
}

function count(workers: readonly WorkerView[], phase: WorkerPhase): number {
  return workers.filter((worker) => worker.phase === phase).length;
}
