// The web server sends the file itself, when it is asked to by a header of the response.
import { extname, relative, sep } from "node:path";
import { contentType } from "mime-types";
import type { Environ, Header } from "../common/types.ts";

/** Headers by which web servers are asked to send a file; each has to be allowed in their configuration. */
export type SendfileHeader =
  | "X-Sendfile"
  | "X-LIGHTTPD-send-file"
  | "X-Accel-Redirect";

/**
 * The header that the web server in front heeds, known by SERVER_SOFTWARE. nginx needs an internal
 * location for the root as well.
 */
export function sendfileHeaderFor(
  environ: Environ,
  hasLocation: boolean,
): SendfileHeader | undefined {
  const software = environ.SERVER_SOFTWARE ?? "";
  if (/^Apache\b/.test(software)) return "X-Sendfile";
  if (/^lighttpd\b/.test(software)) return "X-LIGHTTPD-send-file";
  return /^nginx\b/.test(software) && hasLocation
    ? "X-Accel-Redirect"
    : undefined;
}

/** All these servers decode the value once, so that any name can be told. */
export function sendfileHeaders(
  name: SendfileHeader,
  file: { readonly path: string; readonly root: string },
  location: string | undefined,
): Header[] {
  const value =
    name === "X-Accel-Redirect"
      ? `${location}/${encoded(relative(file.root, file.path))}`
      : encoded(file.path);
  const type = contentType(extname(file.path)) || "application/octet-stream";
  return [
    ["Content-Type", type],
    [name, value],
  ];
}

function encoded(path: string): string {
  return path.split(sep).map(encodeURIComponent).join("/");
}
