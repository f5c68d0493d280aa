import { parseCookie } from "cookie";
import type { Environ } from "../common/types.ts";
import { decodePath } from "./path.ts";

/** The cookies of the request. Of several with one name the first counts; the object has no prototype. `cookie` makes Set-Cookie values. */
export function parseCookies(
  environ: Pick<Environ, `HTTP_${string}`>,
): Record<string, string | undefined> {
  return parseCookie(decodePath(environ.HTTP_COOKIE ?? ""));
}
