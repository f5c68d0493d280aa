// Native modules of Node (.node): the machine they were built for, read from their own headers.
import { join } from "node:path";
import type { Machine } from "../machine.ts";

/** What a native module was built for. */
export interface NativeModule {
  readonly file: string;
  /** `"linux"`, `"darwin"`, `"win32"`; undefined where it is none of them. */
  readonly platform: string | undefined;
  /** As `process.arch`; undefined for one that is not known here. */
  readonly arch: string | undefined;
  /** NODE_MODULE_VERSION, where the module is bound to one; those of Node-API are not. */
  readonly abi: number | undefined;
  /** The newest GLIBC version it needs, as `[2, 28]`. */
  readonly glibc: readonly [number, number] | undefined;
  /** Whether it is linked with musl, the C library of Alpine. */
  readonly musl: boolean;
}

/** ELF's e_machine. */
const MACHINES: ReadonlyMap<number, string> = new Map([
  [3, "ia32"],
  [40, "arm"],
  [62, "x64"],
  [183, "arm64"],
  [243, "riscv64"],
  [21, "ppc64"],
  [22, "s390x"],
]);
/** Mach-O's cputype. */
const APPLE: ReadonlyMap<number, string> = new Map([
  [0x0100_0007, "x64"],
  [0x0100_000c, "arm64"],
]);
const DEEPEST = 6;

/** The native modules in a package's folder that it may load here; packages for other platforms say so by their name. */
export function nativeModules(
  machine: Machine,
  folder: string,
): NativeModule[] {
  return files(machine, folder, 0).flatMap((file) => {
    const bytes = machine.bytes(file);
    return bytes === undefined ? [] : [nativeModule(file, bytes)];
  });
}

/** What the bytes of one say. */
export function nativeModule(file: string, bytes: Buffer): NativeModule {
  const { platform, arch } = kindOf(bytes);
  const text = bytes.toString("latin1");
  const isNodeApi =
    text.includes("napi_register_module_v1") ||
    text.includes("napi_module_register");
  const abi = /node_register_module_v(\d+)/.exec(text)?.[1];
  const versions = [...text.matchAll(/GLIBC_(\d+)\.(\d+)/g)]
    .map(
      ([, major, minor]) => [Number(major), Number(minor)] as [number, number],
    )
    .sort(([a, b], [c, d]) => c - a || d - b);
  return {
    file,
    platform,
    arch,
    abi: isNodeApi || abi === undefined ? undefined : Number(abi),
    glibc: platform === "linux" ? versions[0] : undefined,
    musl: platform === "linux" && /libc\.musl-|ld-musl-/.test(text),
  };
}

function kindOf(bytes: Buffer): Pick<NativeModule, "platform" | "arch"> {
  if (bytes.length < 64) return { platform: undefined, arch: undefined };
  if (bytes.toString("latin1", 0, 4) === "\x7fELF") {
    const isLittle = bytes[5] === 1;
    const id = isLittle ? bytes.readUInt16LE(18) : bytes.readUInt16BE(18);
    return { platform: "linux", arch: MACHINES.get(id) };
  }
  const magic = bytes.readUInt32LE(0);
  if (magic === 0xfeed_facf) {
    return { platform: "darwin", arch: APPLE.get(bytes.readUInt32LE(4)) };
  }
  // For several processors at once.
  if (magic === 0xbeba_feca) return { platform: "darwin", arch: undefined };
  if (bytes.toString("latin1", 0, 2) === "MZ")
    return { platform: "win32", arch: undefined };
  return { platform: undefined, arch: undefined };
}

/** Those that `node-gyp-build` and its like would choose: not what lies in a folder named for another platform. */
function files(machine: Machine, folder: string, depth: number): string[] {
  if (depth > DEEPEST) return [];
  return (machine.names(folder) ?? []).flatMap((name) => {
    if (name === "node_modules" || name.startsWith(".")) return [];
    const path = join(folder, name);
    const kind = machine.linkFacts(path)?.kind;
    if (kind === "file")
      return name.endsWith(".node") && !isForOthers(name) ? [path] : [];
    return kind === "folder" && !isForOthers(name)
      ? files(machine, path, depth + 1)
      : [];
  });
}

const PLATFORMS =
  /(?:^|[-_.])(darwin|win32|freebsd|android|linux|linuxmusl|openbsd|sunos)(?:[-_.]|$)/;
const ARCHES =
  /(?:^|[-_.+])(x64|ia32|arm64|arm|riscv64|ppc64|s390x)(?:[-_.+]|$)/;

function isForOthers(name: string): boolean {
  if (name.includes("musl")) return true;
  const platform = PLATFORMS.exec(name)?.[1];
  const arch = ARCHES.exec(name)?.[1];
  const isOtherPlatform =
    platform !== undefined && platform !== process.platform;
  return (
    isOtherPlatform ||
    (platform !== undefined && arch !== undefined && arch !== process.arch)
  );
}
