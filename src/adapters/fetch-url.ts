// The URL of a request, as applications that take a Request see it.
import { TsgiError } from "../common/errors.ts";
import { percentDecode } from "../common/mount.ts";
import type { Environ } from "../common/types.ts";
import { getHost } from "../utilities/uri.ts";

/**
 * The absolute URL of a request, below the mount point: with SCRIPT_NAME `/app` a request for
 * `/app/users?x=1` has the path `/users`, as in Express's `app.use()`, so that an application is
 * mounted without knowing where. REQUEST_URI and SCRIPT_NAME tell the rest.
 *
 * @throws {TsgiError} `BAD_REQUEST` where the Host header is none
 */
export function requestUrl(environ: Environ): string {
  const { QUERY_STRING: query } = environ;
  const origin = `${environ["tsgi.url_scheme"]}://${getHost(environ)}`;
  const search = query === "" ? "" : `?${encodeBytes(query, /[^!-~]|#/g)}`;
  const url = origin + pathBelowMount(environ) + search;
  if (!URL.canParse(url)) {
    throw new TsgiError(
      "BAD_REQUEST",
      "Cannot make a URL of the request: its host is none",
    );
  }
  return url;
}

/**
 * PATH_INFO as the client encoded it. What has been decoded cannot be told from what never was
 * encoded, so it is the end of REQUEST_URI which decodes to it; where there is none, since somebody
 * has rewritten the path, it is encoded anew.
 */
export function pathBelowMount(environ: Environ): string {
  const path = environ.PATH_INFO;
  const tail = encodedTail(rawPath(environ.REQUEST_URI), path);
  const encoded =
    tail === undefined
      ? encodeBytes(path, /[^!-~]|["#%<>?[\\\]^`{|}]/g)
      : encodeBytes(tail, /[^!-~]/g);
  return encoded.startsWith("/") ? encoded : `/${encoded}`;
}

/** The path of a request target, which may be a whole URL (RFC 9112, section 3.2). */
function rawPath(target = ""): string {
  const end = target.search(/[?#]/);
  const path = end < 0 ? target : target.slice(0, end);
  if (path.startsWith("/")) return path;
  return path.replace(/^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/]*/, "");
}

function encodedTail(raw: string, path: string): string | undefined {
  if (raw === path) return raw;
  let ahead = percentDecode(raw).length - path.length;
  let at = 0;
  for (; ahead > 0 && at < raw.length; ahead--) {
    at += /^%[0-9A-Fa-f]{2}/.test(raw.slice(at, at + 3)) ? 3 : 1;
  }
  const tail = raw.slice(at);
  return raw !== "" && percentDecode(tail) === path ? tail : undefined;
}

/** Percent-encodes the characters of a Latin-1 string that `unsafe` finds, each of which is one byte. */
function encodeBytes(text: string, unsafe: RegExp): string {
  return text.replace(
    unsafe,
    (character) =>
      `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}
