// No two server set-ups split SCRIPT_NAME and PATH_INFO alike, and PATH_INFO has lost what
// percent-encoding told. All pass REQUEST_URI whole, so a known mount point settles both.
import { TsgiError } from "./errors.ts";
import type { Variables } from "./variables.ts";

/**
 * Checks a mount point: `"/app"`, or `"/"` for the root of the site.
 *
 * @returns the prefix without a trailing slash, percent-decoded to Latin-1: `""` for the root
 * @throws {TsgiError} `CONFIG` where it is not an absolute path
 */
export function mountPrefix(mount: string): string {
  if (!mount.startsWith("/") || /[?#]/.test(mount)) {
    throw new TsgiError(
      "CONFIG",
      `Cannot mount at ${JSON.stringify(mount)}: it must be a path such as "/app"`,
    );
  }
  const bytes = Buffer.from(mount).toString("latin1");
  return percentDecode(bytes).replace(/\/+$/, "");
}

/**
 * Recomputes SCRIPT_NAME and PATH_INFO from REQUEST_URI.
 *
 * @returns false, with nothing changed, where REQUEST_URI is missing or outside the mount point
 */
export function applyMount(variables: Variables, prefix: string): boolean {
  const path = requestPath(variables.REQUEST_URI);
  if (path === undefined || !path.startsWith(prefix)) return false;
  const rest = path.slice(prefix.length);
  if (rest !== "" && !rest.startsWith("/")) return false;
  variables.SCRIPT_NAME = prefix;
  variables.PATH_INFO = rest === "" && prefix === "" ? "/" : rest;
  return true;
}

/** The decoded path of a request target: `/a%20b?c` is `/a b`, `http://host/a` is `/a`. */
export function requestPath(target: string | undefined): string | undefined {
  if (target === undefined) return undefined;
  const end = target.search(/[?#]/);
  const path = end < 0 ? target : target.slice(0, end);
  if (path.startsWith("/")) return percentDecode(path);
  const authority = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/]*/.exec(path)?.[0];
  return authority && percentDecode(path.slice(authority.length));
}

/** Decodes each `%XX` once, to one Latin-1 code unit; anything else stays (RFC 3986, 2.1). */
export function percentDecode(text: string): string {
  if (!text.includes("%")) return text;
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
