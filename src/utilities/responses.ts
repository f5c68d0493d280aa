// Whole responses, as applications: return one's answer, or use it where an application is wanted.
//
//   if (found === undefined) return text("Not here\n", { status: 404 })(environ, startResponse);
import { TsgiError } from "../common/errors.ts";
import type { Application, Chunk, Header } from "../common/types.ts";
import { hasHeader } from "./header-list.ts";
import { statusHasNoBody, statusLine } from "./status.ts";

/** What a response may say besides its body. */
export interface ResponseOptions {
  /** 200 unless given. */
  readonly status?: number;
  /** A Content-Type among them takes the place of the usual one. */
  readonly headers?: Iterable<Header>;
}

/** Answers with plain text in UTF-8. */
export function text(body: string, options?: ResponseOptions): Application {
  return respond(body, "text/plain; charset=utf-8", options);
}

/** Answers with an HTML page in UTF-8. */
export function html(body: string, options?: ResponseOptions): Application {
  return respond(body, "text/html; charset=utf-8", options);
}

/** Answers with a value as JSON. @throws {TsgiError} `ARGUMENT` where JSON has no form for it */
export function json(value: unknown, options?: ResponseOptions): Application {
  let body: string | undefined;
  try {
    body = JSON.stringify(value);
  } catch (cause) {
    throw new TsgiError(
      "ARGUMENT",
      "Cannot send the value as JSON: it refers to itself, or has a bigint",
      { cause },
    );
  }
  if (body === undefined) {
    throw new TsgiError(
      "ARGUMENT",
      `Cannot send ${typeof value} as JSON: it has no such form`,
    );
  }
  return respond(body, "application/json", options);
}

/** Answers with bytes; application/octet-stream unless the headers say more. */
export function bytes(
  body: Uint8Array,
  options?: ResponseOptions,
): Application {
  return respond(body, "application/octet-stream", options);
}

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/**
 * Sends the client elsewhere. 302 unless given; 303 says "look there with GET" after a form, 307 and 308
 * keep the method.
 *
 * @param location a URL or a path; what is not ASCII in it is percent-encoded
 * @throws {TsgiError} `ARGUMENT` for another code, or a location with blanks or control characters
 */
export function redirect(location: string, code: number = 302): Application {
  if (!REDIRECTS.includes(code)) {
    throw new TsgiError(
      "ARGUMENT",
      `Cannot redirect with status ${code}: use one of ${REDIRECTS.join(", ")}`,
    );
  }
  if (!/^[^\0-\x20\x7f]+$/.test(location)) {
    throw new TsgiError(
      "ARGUMENT",
      "Cannot redirect: the location is empty, or has blanks or control characters",
    );
  }
  // By way of bytes, since encodeURIComponent throws for half a character.
  const target = location.replace(/[^\x21-\x7e]+/g, (found) =>
    encodeURIComponent(Buffer.from(found).toString()),
  );
  return text(`${statusLine(code)}: ${target}\n`, {
    status: code,
    headers: [["Location", target]],
  });
}

function respond(
  body: Chunk,
  contentType: string,
  { status = 200, headers = [] }: ResponseOptions = {},
): Application {
  const line = statusLine(status);
  const given = [...headers];
  if (statusHasNoBody(status)) {
    return (_environ, startResponse) => {
      startResponse(line, given);
      return "";
    };
  }
  if (!hasHeader(given, "Content-Type")) {
    given.unshift(["Content-Type", contentType]);
  }
  if (!hasHeader(given, "Content-Length")) {
    given.push(["Content-Length", String(Buffer.byteLength(body))]);
  }
  return (_environ, startResponse) => {
    startResponse(line, given);
    return body;
  };
}
