import { TsgiError } from "../common/errors.ts";

/** Where to connect to; what `net.connect` takes. */
export type Destination =
  | { readonly path: string }
  | { readonly host: string; readonly port: number };

/**
 * Reads an address as `--listen` writes it: `"/run/app.sock"`, `"127.0.0.1:9000"`, `"[::1]:9000"`,
 * `"9000"` (on 127.0.0.1).
 *
 * @throws {TsgiError} `CONFIG` for anything else
 */
export function destination(address: string): Destination {
  if (address.includes("/")) return { path: address };
  const match = /^(?:(?:\[(?<v6>[^\]]+)\]|(?<name>[^:]+)):)?(?<port>\d+)$/.exec(
    address,
  );
  const { v6, name, port } = match?.groups ?? {};
  if (port === undefined || Number(port) > 65_535) {
    throw new TsgiError(
      "CONFIG",
      `Cannot connect to ${JSON.stringify(address)}: it is neither a path nor host:port`,
    );
  }
  return { host: v6 ?? name ?? "127.0.0.1", port: Number(port) };
}
