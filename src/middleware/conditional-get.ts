// A client that has the current representation gets 304 instead (RFC 9110, section 13).
import { closerOf, isIterable, releaseBody } from "../common/body.ts";
import type {
  Chunk,
  Environ,
  Header,
  Middleware,
  ResponseBody,
  Status,
} from "../common/types.ts";
import { mapWrite, wrapIterable } from "../utilities/map-body.ts";

// What describes a body that is not sent (RFC 9110, section 15.4.5).
const OF_THE_BODY: ReadonlySet<string> = new Set([
  "content-encoding",
  "content-language",
  "content-length",
  "content-range",
  "content-type",
]);

/**
 * Answers GET and HEAD with 304, or 412, where the request's conditions and the response's ETag or
 * Last-Modified say so. The application runs as ever; its body is closed and not sent.
 */
export function conditionalGet(): Middleware {
  return (application) => async (environ, startResponse) => {
    if (!isConditional(environ)) return application(environ, startResponse);
    let isStarted = false;
    let isReplaced = false;
    const body = await application(environ, (status, given, error) => {
      const headers = [...given];
      const outcome = status.startsWith("2")
        ? evaluate(environ, headers)
        : undefined;
      const write =
        outcome === undefined
          ? startResponse(status, headers, error)
          : startResponse(outcome, withoutBody(headers), error);
      isStarted = true;
      isReplaced = outcome !== undefined;
      return mapWrite(write, (chunk) => (isReplaced ? "" : chunk));
    });
    if (isStarted && !isReplaced) return body;
    return endedWhen(() => isReplaced, body);
  };
}

/** The body up to the moment from which it is not wanted; closed as ever. */
function endedWhen(isOver: () => boolean, body: ResponseBody): ResponseBody {
  if (typeof body === "string") return isOver() ? "" : body;
  if (!isIterable(body) || body instanceof Uint8Array) {
    return isOver() ? "" : body;
  }
  const close = closerOf(body) ?? (() => releaseBody(body));
  if (isOver()) return Object.assign([], { close });
  const over = new Error("The response has become one without a body");
  return wrapIterable(
    body as Iterable<Chunk>,
    {
      map(chunk) {
        if (isOver()) throw over;
        return chunk;
      },
      fail(error) {
        if (error === over) return "";
        throw error;
      },
    },
    close,
  );
}

function isConditional(environ: Environ): boolean {
  const { REQUEST_METHOD: method } = environ;
  return (
    (method === "GET" || method === "HEAD") &&
    (environ.HTTP_IF_NONE_MATCH !== undefined ||
      environ.HTTP_IF_MODIFIED_SINCE !== undefined ||
      environ.HTTP_IF_MATCH !== undefined ||
      environ.HTTP_IF_UNMODIFIED_SINCE !== undefined)
  );
}

/** RFC 9110, section 13.2.2: an entity tag precedes a date, what must hold precedes what must not. */
function evaluate(
  environ: Environ,
  headers: readonly Header[],
): Status | undefined {
  const etag = headerOf(headers, "etag");
  const modified = secondsOf(headerOf(headers, "last-modified"));

  const match = environ.HTTP_IF_MATCH;
  const unmodified = secondsOf(environ.HTTP_IF_UNMODIFIED_SINCE);
  if (match !== undefined) {
    const isWeak = etag === undefined || etag.startsWith("W/");
    const holds = match.trim() === "*" || (!isWeak && tags(match).has(etag));
    if (!holds) return "412 Precondition Failed";
  } else if (modified > unmodified) {
    return "412 Precondition Failed";
  }

  const noneMatch = environ.HTTP_IF_NONE_MATCH;
  const since = secondsOf(environ.HTTP_IF_MODIFIED_SINCE);
  const isCurrent =
    noneMatch === undefined
      ? modified <= since
      : noneMatch.trim() === "*" ||
        (etag !== undefined && tags(noneMatch, weakly).has(weakly(etag)));
  return isCurrent ? "304 Not Modified" : undefined;
}

/** The entity tags of a list; a comma may be part of one. */
function tags(list: string, form = (tag: string): string => tag): Set<string> {
  return new Set((list.match(/(?:W\/)?"[^"]*"/g) ?? []).map(form));
}

/** In weak comparison the strength does not count (RFC 9110, section 8.8.3.2). */
function weakly(tag: string): string {
  return tag.replace(/^W\//, "");
}

// The three forms of an HTTP date (RFC 9110, section 5.6.7). Only asctime's lacks the zone.
const HTTP_DATE =
  /^[A-Z][a-z]{2,8}(?:, \d\d[ -][A-Z][a-z]{2}[ -]\d{2,4} [\d:]{8} GMT| [A-Z][a-z]{2} [ \d]\d [\d:]{8} \d{4})$/;

/** NaN for what is no date, which compares with nothing. */
function secondsOf(date: string | undefined): number {
  if (date === undefined || !HTTP_DATE.test(date)) return Number.NaN;
  return Date.parse(date.endsWith("GMT") ? date : `${date} GMT`);
}

function headerOf(
  headers: readonly Header[],
  name: string,
): string | undefined {
  return headers.find(([given]) => lowered(given) === name)?.[1];
}

function withoutBody(headers: readonly Header[]): Header[] {
  return headers.filter(([name]) => !OF_THE_BODY.has(lowered(name)));
}

/** What is no name at all is for startResponse to refuse. */
function lowered(name: unknown): string {
  return String(name).toLowerCase();
}
