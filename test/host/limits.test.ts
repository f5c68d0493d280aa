import assert from "node:assert/strict";
import { test } from "node:test";
import { readLimits } from "../../src/host/limits.ts";
import { sizeWorkers } from "../../src/host/sizing.ts";
import { GIB, MIB, machine, rlimits } from "./machine.ts";

const NO_LIMIT_V1 = "9223372036854771712\n";

// Captured, with other numbers, in: a service of systemd; Docker with version 2, 1, and 1 without a
// name space; a machine with both versions; a shared host.
const cases = [
  {
    name: "a service of systemd has its own limits and its slice's",
    files: {
      "/proc/self/cgroup": "0::/system.slice/app.service\n",
      "/sys/fs/cgroup/system.slice/app.service/memory.max": "max\n",
      "/sys/fs/cgroup/system.slice/app.service/memory.high": "536870912\n",
      "/sys/fs/cgroup/system.slice/app.service/cpu.max": "150000 100000\n",
      "/sys/fs/cgroup/system.slice/memory.max": "1073741824\n",
      "/sys/fs/cgroup/system.slice/pids.max": "100\n",
      "/sys/fs/cgroup/system.slice/pids.current": "40\n",
    },
    memory: 512 * MIB,
    cpus: 1.5,
    processesLeft: 60,
  },
  {
    name: "a container of version 2 sees itself as the root",
    files: {
      "/proc/self/cgroup": "0::/\n",
      "/sys/fs/cgroup/memory.max": "268435456\n",
      "/sys/fs/cgroup/cpu.max": "max 100000\n",
    },
    memory: 256 * MIB,
    cpus: 8,
  },
  {
    name: "a container of version 1 without a name space has its group mounted as the root",
    files: {
      "/proc/self/cgroup":
        "9:pids:/docker/4f3a\n5:memory:/docker/4f3a\n3:cpu,cpuacct:/docker/4f3a\n1:name=systemd:/docker/4f3a\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "268435456\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "50000\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
      "/sys/fs/cgroup/pids/pids.max": "50\n",
      "/sys/fs/cgroup/pids/pids.current": "60\n",
    },
    memory: 256 * MIB,
    cpus: 0.5,
    processesLeft: 0,
  },
  {
    name: "a machine with both versions has the smaller limit",
    files: {
      "/proc/self/cgroup":
        "8:pids:/\n4:memory:/customer\n3:cpuset:/\n1:cpu:/\n0::/user.slice\n",
      "/sys/fs/cgroup/memory/customer/memory.limit_in_bytes": "2147483648\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": NO_LIMIT_V1,
      "/sys/fs/cgroup/unified/user.slice/memory.max": "1073741824\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
      "/sys/fs/cgroup/pids/pids.max": "max\n",
    },
    memory: GIB,
    cpus: 8,
  },
  {
    name: "a shared host limits the user's processes and the address space",
    files: {
      "/proc/self/limits": rlimits({ processes: 100, addressSpace: 2 * GIB }),
    },
    memory: 16 * GIB,
    cpus: 8,
    processesLeft: 80,
    addressSpace: 2 * GIB,
  },
  {
    name: "a system without any of these files",
    files: {},
    memory: 16 * GIB,
    cpus: 8,
  },
  {
    name: "files of nonsense",
    files: {
      "/proc/self/limits": "Max processes\nMax address space many\n",
      "/proc/self/cgroup": "0:/\nnothing\n\n0::/../../etc\n",
      "/sys/fs/cgroup/memory.max": "a lot\n",
      "/sys/fs/cgroup/cpu.max": "0 0\n",
    },
    memory: 16 * GIB,
    cpus: 8,
  },
] as const;

for (const { name, files, ...expected } of cases) {
  test(`readLimits: ${name}`, () => {
    const limits = readLimits(machine({ files, userThreads: 20 }));
    assert.deepEqual(
      {
        memory: limits.memory.value,
        cpus: limits.cpus.value,
        ...(limits.processesLeft && {
          processesLeft: limits.processesLeft.value,
        }),
        ...(limits.addressSpace && { addressSpace: limits.addressSpace }),
      },
      expected,
    );
  });
}

test("readLimits disregards RLIMIT_NPROC where it does not bind", () => {
  const files = { "/proc/self/limits": rlimits({ processes: 100 }) };
  const { processesLeft } = readLimits(machine({ files }));
  assert.equal(processesLeft, undefined);
});

test("readLimits reads this machine's, whatever they are", () => {
  const limits = readLimits();
  assert.ok(limits.memory.value > 0);
  assert.ok(limits.cpus.value > 0);
  assert.ok((limits.openFiles ?? 1) > 0);
  const wishes = {
    workers: "auto",
    environment: {},
    nodeArguments: [],
  } as const;
  assert.ok(sizeWorkers(limits, wishes).workers >= 1);
});
