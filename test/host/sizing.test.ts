import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { test } from "node:test";
import { readLimits } from "../../src/host/limits.ts";
import { type SizingWishes, sizeWorkers } from "../../src/host/sizing.ts";
import { GIB, MIB, machine, rlimits } from "./machine.ts";

const wishes: SizingWishes = {
  workers: "auto",
  environment: {},
  nodeArguments: [],
};

function inGroup(memory: number, cpu = "max"): Record<string, string> {
  return {
    "/proc/self/cgroup": "0::/\n",
    "/sys/fs/cgroup/memory.max": `${memory}\n`,
    "/sys/fs/cgroup/cpu.max": `${cpu} 100000\n`,
  };
}

const cases: readonly {
  readonly name: string;
  readonly machine: Parameters<typeof machine>[0];
  readonly wishes?: Partial<SizingWishes>;
  readonly workers: number;
  readonly nodeArguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly notes: readonly RegExp[];
}[] = [
  {
    name: "one worker for each core",
    machine: {},
    workers: 8,
    // 16 GiB are less than 8 heaps of 4 GiB.
    nodeArguments: ["--max-old-space-size=1992"],
    notes: [/^8 workers: 8 cores, by this machine$/, /share of 2 GiB of the/],
  },
  {
    name: "nothing else where there is room for the heap that V8 would take",
    machine: { cpus: 2 },
    workers: 2,
    notes: [/^2 workers: 2 cores/],
  },
  {
    name: "two on one core, so that one answers while the other is busy",
    machine: { cpus: 1 },
    workers: 2,
    notes: [/^2 workers: 1 core, .* while the other is busy/],
  },
  {
    name: "two on half a core",
    machine: { cpus: 4, files: inGroup(12 * GIB, "50000") },
    workers: 2,
    notes: [/^2 workers: 0\.5 cores, by the cgroup, and one/],
  },
  {
    name: "two on one core and a half",
    machine: { files: inGroup(12 * GIB, "150000") },
    workers: 2,
    notes: [/^2 workers: 1\.5 cores, by the cgroup$/],
  },
  {
    name: "one where a group has 256 MiB, whatever the machine has",
    machine: { files: inGroup(256 * MIB) },
    workers: 1,
    nodeArguments: ["--max-old-space-size=144"],
    notes: [
      /^1 worker: 256 MiB of memory, by the cgroup, have room for 1 of 128 MiB beside/,
      /^--max-old-space-size=144 for workers: each has a share of 192 MiB/,
    ],
  },
  {
    name: "three in 512 MiB",
    machine: { files: inGroup(512 * MIB) },
    workers: 3,
    nodeArguments: ["--max-old-space-size=101"],
    notes: [/^3 workers: 512 MiB/, /share of 149 MiB/],
  },
  {
    name: "one in 32 MiB, with a heap that an application can be loaded into",
    machine: { files: inGroup(32 * MIB) },
    workers: 1,
    nodeArguments: ["--max-old-space-size=64"],
    notes: [/^1 worker: 32 MiB/, /share of 0 MiB/],
  },
  {
    name: "no more than 32 without being asked",
    machine: { cpus: 192, memory: 1_024 * GIB },
    workers: 32,
    notes: [/^32 workers: 192 cores, by this machine; for more, name/],
  },
  {
    name: "a number that was asked for",
    machine: { cpus: 1 },
    wishes: { workers: 3 },
    workers: 3,
    notes: [],
  },
  {
    name: "a number that was asked for, with a warning where memory is short",
    machine: { files: inGroup(256 * MIB) },
    wishes: { workers: 4 },
    workers: 4,
    nodeArguments: ["--max-old-space-size=64"],
    notes: [
      /^4 workers: as asked, although 256 MiB of memory, by the cgroup, have room for 1/,
      /share of 48 MiB/,
    ],
  },
  {
    name: "fewer, of few threads, where the user's processes are limited",
    machine: {
      cpus: 4,
      userThreads: 60,
      files: { "/proc/self/limits": rlimits({ processes: 80 }) },
    },
    workers: 1,
    nodeArguments: ["--v8-pool-size=1"],
    environment: { UV_THREADPOOL_SIZE: "1" },
    notes: [
      /^1 worker: RLIMIT_NPROC leaves 20 processes and threads, enough for 1$/,
      /^--v8-pool-size=1 for workers: RLIMIT_NPROC leaves 20/,
      /^UV_THREADPOOL_SIZE=1 for workers/,
    ],
  },
  {
    name: "no flags that are given",
    machine: {
      userThreads: 60,
      files: {
        ...inGroup(256 * MIB),
        "/proc/self/limits": rlimits({ processes: 80, addressSpace: 2 * GIB }),
      },
    },
    wishes: {
      environment: {
        NODE_OPTIONS: "--max_old_space_size=300 --disable-wasm-trap-handler",
        UV_THREADPOOL_SIZE: "8",
      },
      nodeArguments: ["--v8-pool-size=2"],
    },
    workers: 1,
    notes: [/^1 worker/],
  },
  {
    name: "a heap within the address space, and WebAssembly without a reserve",
    machine: {
      cpus: 2,
      files: { "/proc/self/limits": rlimits({ addressSpace: 2 * GIB }) },
    },
    workers: 2,
    nodeArguments: ["--max-old-space-size=768", "--disable-wasm-trap-handler"],
    notes: [
      /^2 workers/,
      /^--max-old-space-size=768 for workers: RLIMIT_AS is 2 GiB/,
      /^--disable-wasm-trap-handler for workers: WebAssembly, and so fetch\(\)/,
    ],
  },
];

for (const each of cases) {
  test(`sizeWorkers chooses ${each.name}`, () => {
    const sizing = sizeWorkers(readLimits(machine(each.machine)), {
      ...wishes,
      ...each.wishes,
    });
    assert.equal(sizing.workers, each.workers);
    assert.deepEqual(sizing.nodeArguments, each.nodeArguments ?? []);
    assert.deepEqual(sizing.environment, each.environment ?? {});
    const messages = sizing.notes.map(({ message }) => message);
    assert.equal(messages.length, each.notes.length, messages.join("\n"));
    for (const [index, note] of each.notes.entries()) {
      assert.match(messages[index] ?? "", note);
    }
  });
}

test("sizeWorkers makes fetch() work where the address space is limited", () => {
  // A limit of a shell binds what it starts, and that alone.
  const limits = execFileSync("sh", [
    "-c",
    "ulimit -v 4194304; cat /proc/self/limits",
  ]);
  const files = { "/proc/self/limits": limits.toString() };
  const { nodeArguments } = sizeWorkers(readLimits(machine({ files })), wishes);
  const { status, stderr } = spawnSync("sh", [
    "-c",
    'ulimit -v 4194304; exec "$@"',
    "sh",
    process.execPath,
    ...nodeArguments,
    "--eval",
    "new WebAssembly.Memory({ initial: 1, maximum: 10 }); new Response().text()",
  ]);
  assert.equal(status, 0, stderr.toString());
});
