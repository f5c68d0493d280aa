// How many workers to start, and what each may take: from limits to numbers, with the reasons.
import type { HostLimits } from "./limits.ts";
import { inUnits, MIB } from "./units.ts";
import { chooseWorkers, SUPERVISOR_BYTES, THREADS } from "./worker-count.ts";

/** What to start workers with. */
export interface Sizing {
  readonly workers: number;
  /** Arguments of node, before the program; those that were given are not repeated. */
  readonly nodeArguments: readonly string[];
  /** To add to the environment of the workers. */
  readonly environment: Readonly<Record<string, string>>;
  /** For the log: what was chosen, and why. */
  readonly notes: readonly SizingNote[];
}

/** One sentence. */
export interface SizingNote {
  readonly level: "info" | "warn";
  readonly message: string;
}

/** What was decided elsewhere, and stays. */
export interface SizingWishes {
  /** A number is kept, with a warning where it is too many; of a range give the most. */
  readonly workers: number | "auto";
  /** Its `NODE_OPTIONS` and `UV_THREADPOOL_SIZE` go before what we would choose. */
  readonly environment: NodeJS.ProcessEnv;
  /** Arguments of node that workers get anyway. */
  readonly nodeArguments: readonly string[];
}

/** Does nothing on a machine without limits but to count cores. */
export function sizeWorkers(limits: HostLimits, wishes: SizingWishes): Sizing {
  const { workers, notes } = chooseWorkers(limits, wishes.workers);
  const choices = [
    ...heapFor(limits, workers),
    ...webAssemblyFor(limits),
    ...threadsFor(limits, workers),
  ].filter(({ name }) => !isGiven(name, wishes));
  const isVariable = ({ name }: Choice): boolean => !name.startsWith("--");
  return {
    workers,
    nodeArguments: choices
      .filter((choice) => !isVariable(choice))
      .map(({ text }) => text),
    environment: Object.fromEntries(
      choices.filter(isVariable).map(({ text }) => text.split("=")),
    ),
    notes: [
      ...notes,
      ...choices.map(({ text, why }) => ({
        level: "info" as const,
        message: `${text} for workers: ${why}`,
      })),
    ],
  };
}

/** Of a worker, what is not the heap of V8: code, buffers, stacks. */
const BESIDE_HEAP_BYTES = 48 * MIB;
/** Below this no application would load. */
const LEAST_HEAP_BYTES = 64 * MIB;
/** V8 reserves 10 GiB for each memory of WebAssembly, of which an application may have several. */
const WASM_RESERVES = 64 * 1_024 * MIB;
/** What Node 20 to 24 reserve before any heap, rounded up. */
const NODE_RESERVES = 1_280 * MIB;

/** An argument of node, or a variable of the environment. */
interface Choice {
  readonly name: string;
  /** With its value. */
  readonly text: string;
  readonly why: string;
}

/** Nothing where V8's own limit does no harm. Beyond its limit a worker ends with a stack; beyond the group's, without a word. */
function heapFor(
  { memory, addressSpace, defaultHeap }: HostLimits,
  workers: number,
): Choice[] {
  const share = Math.floor((memory.value - SUPERVISOR_BYTES) / workers);
  let bytes = share - BESIDE_HEAP_BYTES;
  let why = `each has a share of ${inUnits(Math.max(0, share))} of the ${inUnits(memory.value)} of memory, by ${memory.by}`;
  if (addressSpace !== undefined && addressSpace - NODE_RESERVES < bytes) {
    bytes = addressSpace - NODE_RESERVES;
    why = `RLIMIT_AS is ${inUnits(addressSpace)}, of which Node reserves ${inUnits(NODE_RESERVES)} for itself`;
  }
  if (bytes >= defaultHeap) return [];
  const name = "--max-old-space-size";
  const mebibytes = Math.floor(Math.max(LEAST_HEAP_BYTES, bytes) / MIB);
  return [{ name, text: `${name}=${mebibytes}`, why }];
}

function webAssemblyFor({ addressSpace }: HostLimits): Choice[] {
  if (addressSpace === undefined || addressSpace >= WASM_RESERVES) return [];
  const name = "--disable-wasm-trap-handler";
  const why = `WebAssembly, and so fetch(), would reserve more address space than the ${inUnits(addressSpace)} of RLIMIT_AS`;
  return [{ name, text: name, why }];
}

function threadsFor({ processesLeft }: HostLimits, workers: number): Choice[] {
  // While workers are replaced there is one more.
  if (processesLeft === undefined) return [];
  const { value, by } = processesLeft;
  if (value >= (workers + 1) * THREADS) return [];
  const why = `${by} leaves ${value} processes and threads, and Node would start ${THREADS} for each worker`;
  return ["--v8-pool-size", "UV_THREADPOOL_SIZE"].map((name) => ({
    name,
    text: `${name}=1`,
    why,
  }));
}

function isGiven(name: string, wishes: SizingWishes): boolean {
  const { environment, nodeArguments } = wishes;
  if (environment[name] !== undefined) return true;
  const options = (environment.NODE_OPTIONS ?? "").split(/\s+/);
  return [...nodeArguments, ...options]
    .map((each) => each.replaceAll("_", "-"))
    .some((each) => each === name || each.startsWith(`${name}=`));
}
