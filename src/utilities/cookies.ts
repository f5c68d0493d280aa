import { parseCookie } from "cookie";
import { decodePath } from "./path.ts";

/** The cookies of the request. Of several with one name the first counts; the object has no prototype. `cookie` makes Set-Cookie values. */
export function parseCookies(environ: {
  readonly HTTP_COOKIE?: string | undefined;
}): Record<string, string | undefined> {
  return parseCookie(decodePath(environ.HTTP_COOKIE ?? ""));
}
