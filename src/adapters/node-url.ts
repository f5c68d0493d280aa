import { percentDecode } from "../common/mount.ts";
import type { Environ } from "../common/types.ts";

/** What a program for node:http sees of the request's target. */
export interface NodeUrl {
  /** `req.url`: what is below the mount point, with the query, as the client encoded it. */
  readonly url: string;
  /** `req.originalUrl` of Connect and Express: the whole target. */
  readonly originalUrl: string;
  /** `req.baseUrl`: what leads to the mount point, `""` at the root of a site. */
  readonly baseUrl: string;
}

/**
 * Splits REQUEST_URI where PATH_INFO begins, since PATH_INFO itself has lost its percent-encoding.
 * That also fits a target which the web server has rewritten to another script. Where REQUEST_URI
 * is missing or does not end in PATH_INFO, the url is made of PATH_INFO.
 */
export function nodeUrl(environ: Environ): NodeUrl {
  const { PATH_INFO: path, REQUEST_URI: uri } = environ;
  if (uri === undefined) {
    const base = encodePath(environ.SCRIPT_NAME);
    const url = encodePath(path) + query(environ);
    const whole = base + url;
    return { url: rooted(url), originalUrl: rooted(whole), baseUrl: base };
  }
  // OPTIONS * is about no path (RFC 9110, section 9.3.7).
  if (uri === "*") return { url: uri, originalUrl: uri, baseUrl: "" };
  const target = withoutOrigin(uri);
  const end = pathEnd(target);
  const start = suffixStart(target, end, path);
  if (start === undefined) {
    const url = rooted(encodePath(path) + query(environ));
    return { url, originalUrl: target, baseUrl: "" };
  }
  if (start === 0) return { url: target, originalUrl: target, baseUrl: "" };
  return {
    url: rooted(target.slice(start)),
    originalUrl: target,
    baseUrl: target.slice(0, start),
  };
}

/** Where in a path the decoded suffix begins; from the right, so that it takes one pass. */
function suffixStart(
  target: string,
  end: number,
  suffix: string,
): number | undefined {
  let start = end;
  for (let at = suffix.length - 1; at >= 0; at--) {
    const piece = target.slice(Math.max(0, start - 3), start);
    const width = ESCAPE.test(piece) ? 3 : 1;
    if (start < width) return undefined;
    if (percentDecode(target.slice(start - width, start)) !== suffix[at]) {
      return undefined;
    }
    start -= width;
  }
  return start;
}

const ESCAPE = /^%[0-9A-Fa-f]{2}$/;

function pathEnd(target: string): number {
  const end = target.indexOf("?");
  return end < 0 ? target.length : end;
}

/** A target in absolute form (RFC 9112, section 3.2.2) as its path. */
function withoutOrigin(uri: string): string {
  if (uri.startsWith("/")) return uri;
  const origin = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?]*/.exec(uri)?.[0] ?? "";
  return rooted(uri.slice(origin.length));
}

function query(environ: Environ): string {
  return environ.QUERY_STRING === "" ? "" : `?${environ.QUERY_STRING}`;
}

function rooted(url: string): string {
  return url.startsWith("/") ? url : `/${url}`;
}

/** Latin-1 code units are bytes; those that may not stand in a path are escaped (RFC 3986, 3.3). */
function encodePath(path: string): string {
  return path.replace(
    /[^!$&'()*+,\-./0-9:;=@A-Z_a-z~]/g,
    (byte) =>
      `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}
