// Paths as environ has them: percent-decoded bytes, which mean UTF-8 almost everywhere.
import { TsgiError } from "../common/errors.ts";
import type { Environ } from "../common/types.ts";
import { bytesToLatin1, latin1ToBytes } from "./latin1.ts";

/**
 * The text of SCRIPT_NAME, PATH_INFO or any other value of environ that means UTF-8.
 *
 * @param fatal refuses bytes that are not UTF-8, instead of showing them as U+FFFD
 * @throws {TsgiError} `BAD_REQUEST` for such bytes
 */
export function decodePath(
  path: string,
  { fatal = false }: { readonly fatal?: boolean } = {},
): string {
  if (/^[\0-\x7f]*$/.test(path)) return path;
  try {
    const decoder = new TextDecoder("utf-8", { fatal, ignoreBOM: true });
    return decoder.decode(latin1ToBytes(path));
  } catch (cause) {
    if (TsgiError.is(cause)) throw cause;
    throw new TsgiError(
      "BAD_REQUEST",
      "Cannot decode the path: it is not UTF-8",
      { cause },
    );
  }
}

/** Text as a value of environ: its UTF-8 bytes as Latin-1. Undoes {@link decodePath}. */
export function encodePath(text: string): string {
  return bytesToLatin1(Buffer.from(text));
}

/**
 * Moves the first segment of PATH_INFO to the end of SCRIPT_NAME, as wsgiref.util does: empty
 * segments and `.` before it are skipped, and `..` takes the last segment of SCRIPT_NAME away.
 *
 * @returns the segment; `""` for the slash at the end; undefined where there is nothing to move
 */
export function shiftPathInfo(
  environ: Pick<Environ, "SCRIPT_NAME" | "PATH_INFO">,
): string | undefined {
  const { SCRIPT_NAME: script, PATH_INFO: path } = environ;
  if (path === "") return undefined;
  const segments = path.split("/").slice(1);
  const last = segments.pop() ?? "";
  const [segment = "", ...rest] = [...segments.filter(isName), last];
  environ.PATH_INFO = rest.map((one) => `/${one}`).join("");
  if (segment === ".") return undefined;
  const base = script.replace(/\/+$/, "");
  environ.SCRIPT_NAME =
    segment === ".."
      ? base.slice(0, Math.max(0, base.lastIndexOf("/")))
      : `${base}/${segment}`;
  return segment;
}

function isName(segment: string): boolean {
  return segment !== "" && segment !== ".";
}
