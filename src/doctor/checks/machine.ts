// What the machine grants Node, and what slows it.
import { dirname } from "node:path";
import type { Context } from "../context.ts";
import type { NodeFacts } from "../facts/node.ts";
import { limitOf, serverVariables } from "../facts/server-process.ts";
import { runNamed } from "../facts/trust.ts";
import type { Found } from "../finding.ts";
import { quoted } from "../shell.ts";

const GIBIBYTE = 1024 ** 3;
/** Beyond it no Node has trouble, WebAssembly included. */
const ENOUGH_MEMORY = 12 * GIBIBYTE;
/** Ten threads for each of some processes. */
const ENOUGH_PROCESSES = 64;
const ENOUGH_INODES = 2_000;
/** The smallest module of WebAssembly with a memory: what undici's parser for HTTP begins with. */
const WEBASSEMBLY =
  "new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.of(0,97,115,109,1,0,0,0,5,3,1,0,1)))";

/** Limits, SELinux, and the web server's environment. */
export async function checkMachine(
  context: Context,
  node: NodeFacts | undefined,
): Promise<Found[]> {
  return [
    ...(await addressSpace(context, node)),
    ...processes(context),
    ...inodes(context),
    ...selinux(context),
    ...environment(context),
  ];
}

/** Found out by trying: what V8 reserves differs from version to version. */
async function addressSpace(
  context: Context,
  node: NodeFacts | undefined,
): Promise<Found[]> {
  const limit = limitOf(context, "Max address space", "rlimitmem");
  if (limit === undefined || node === undefined || limit.value >= ENOUGH_MEMORY)
    return [];
  const starts = (code: string) =>
    runNamed(
      context,
      node.path,
      [
        "-c",
        `ulimit -v ${Math.floor(limit.value / 1024)} && exec "$0" -e "$1"`,
        node.path,
        code,
      ],
      "/bin/sh",
    );
  const shown = `${Math.round(limit.value / 1024 ** 2)} MiB of address space`;
  const repair = limit.where.startsWith("/proc")
    ? "ulimit -v unlimited where the web server is started, or ask the host for 4 GiB"
    : `RLimitMEM 4294967296, in ${limit.where}`;
  if ((await starts("0"))?.status !== 0) {
    const what = `with ${shown} Node ${node.version} does not start`;
    return [{ code: "ADDRESS_SPACE", where: limit.where, what, repair }];
  }
  if ((await starts(WEBASSEMBLY))?.status === 0) return [];
  return [
    {
      code: "ADDRESS_SPACE",
      level: "warning",
      where: limit.where,
      what: `with ${shown} WebAssembly fails in Node ${node.version}, and with it fetch()`,
      repair: `start node with --disable-wasm-trap-handler; or ${repair}`,
    },
  ];
}

function processes(context: Context): Found[] {
  const limit = limitOf(context, "Max processes", "rlimitnproc");
  if (limit === undefined || limit.value >= ENOUGH_PROCESSES) return [];
  return [
    {
      code: "PROCESS_LIMIT",
      where: limit.where,
      what: `${limit.value} processes are allowed, threads included, and each Node has about ten`,
      repair: limit.where.startsWith("/proc")
        ? "ulimit -u 100 where the web server is started; or one process for all requests: tsgi-fcgi"
        : `RLimitNPROC 100, in ${limit.where}; or one process for all requests: tsgi-fcgi`,
    },
  ];
}

function inodes({ machine, program }: Context): Found[] {
  if (program === undefined) return [];
  const folder = dirname(program.file);
  const left = machine.inodes(folder);
  // Some file systems count none.
  if (left === undefined || left.all === 0 || left.free >= ENOUGH_INODES)
    return [];
  return [
    {
      code: "INODES_LOW",
      where: folder,
      what: `its file system has room for ${left.free} more files, of ${left.all}`,
      repair: `df -i ${quoted(folder)}; delete what is not needed, or deploy the application as one file`,
    },
  ];
}

function selinux({ machine }: Context): Found[] {
  const isEnforcing = machine.text("/sys/fs/selinux/enforce")?.trim() === "1";
  const execmem = machine.text("/sys/fs/selinux/booleans/httpd_execmem");
  if (!isEnforcing || !execmem?.startsWith("0")) return [];
  return [
    {
      code: "SELINUX_EXECMEM",
      where: "/sys/fs/selinux/booleans/httpd_execmem",
      what: "SELinux is enforcing and httpd_execmem is off, so that Node dies at its start below the web server",
      repair: "setsebool -P httpd_execmem on",
    },
  ];
}

const COSTLY = {
  NODE_EXTRA_CA_CERTS: {
    code: "EXTRA_CA_CERTS",
    why: "each start of Node reads all these certificates",
  },
  NODE_OPTIONS: {
    code: "NODE_OPTIONS_SET",
    why: "it changes each start of Node",
  },
} as const;

function environment(context: Context): Found[] {
  const found = new Map<string, Found>();
  for (const { name, value, where } of serverVariables(context)) {
    if (name !== "NODE_EXTRA_CA_CERTS" && name !== "NODE_OPTIONS") continue;
    const { code, why } = COSTLY[name];
    found.set(name, {
      code,
      where,
      what: `${name}${value ? `=${value}` : ""} is passed to programs, and ${why}`,
      repair: where.includes(":")
        ? `take the line out of ${where}`
        : `UnsetEnv does not help; take ${name} out of ${where}, and restart Apache`,
    });
  }
  return [...found.values()];
}
