// Files with the headers of native modules, and nothing behind them.

/** Newer than any system. */
export const CLIB = "GLIBC_9.99";

/** @param machine ELF's e_machine; this processor's unless given @param text what the file has, such as symbols */
export function nativeFile({
  platform = "linux",
  machine,
  text = "napi_register_module_v1",
}: {
  readonly platform?: "linux" | "darwin";
  readonly machine?: number;
  readonly text?: string;
}): Uint8Array {
  const header = Buffer.alloc(64);
  if (platform === "darwin") {
    header.writeUInt32LE(0xfeed_facf);
    header.writeUInt32LE(0x0100_000c, 4);
  } else {
    header.write("\x7fELF\x02\x01\x01", "latin1");
    header.writeUInt16LE(machine ?? (process.arch === "arm64" ? 183 : 62), 18);
  }
  return Buffer.concat([header, Buffer.from(`\0${text}\0`)]);
}
