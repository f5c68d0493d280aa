// A strong entity tag for every body that is there as a whole (RFC 9110, section 8.8.3).
import { createHash } from "node:crypto";
import { closerOf } from "../common/body.ts";
import { isBytes } from "../common/chunk.ts";
import { TsgiError } from "../common/errors.ts";
import { responseHead } from "../common/response.ts";
import type {
  Chunk,
  Header,
  Middleware,
  ResponseBody,
  StartResponse,
  Status,
  Write,
} from "../common/types.ts";

/**
 * Adds an ETag to a `200` for GET and HEAD whose body is a string, bytes or an array: a hash of its bytes.
 * A stream passes as it comes, without a tag; nothing is collected. Responses that have an ETag or
 * `Cache-Control: no-store` stay as they are. Goes inside `conditionalGet`, and outside whatever changes
 * the body, such as compression.
 */
export function etag(): Middleware {
  return (application) => async (environ, startResponse) => {
    const method = environ.REQUEST_METHOD;
    if (method !== "GET" && method !== "HEAD") {
      return application(environ, startResponse);
    }
    const start = new HeldStart(startResponse);
    const body = await application(environ, start.startResponse);
    try {
      start.release((status, headers) => {
        const chunks = isTaggable(status, headers) ? wholeOf(body) : undefined;
        // HEAD may be answered without the body that GET would get.
        if (chunks === undefined || (method === "HEAD" && isEmpty(chunks))) {
          return headers;
        }
        return [...headers, ["ETag", tagOf(chunks)]];
      });
    } catch (error) {
      await closerOf(body)?.();
      throw error;
    }
    return body;
  };
}

interface Start {
  readonly status: Status;
  readonly headers: readonly Header[];
  readonly error: unknown;
}

/** A startResponse that is passed on when the body is known, or written to. */
class HeldStart {
  readonly #startResponse: StartResponse;
  #held: Start | undefined;
  #isCalled = false;
  #isReleased = false;
  #write: Write | undefined;

  constructor(startResponse: StartResponse) {
    this.#startResponse = startResponse;
  }

  readonly startResponse: StartResponse = (status, given, error) => {
    if (this.#isReleased) return this.#startResponse(status, given, error);
    if (this.#isCalled && (error === undefined || error === null)) {
      throw new TsgiError(
        "START_RESPONSE",
        "Cannot call startResponse twice: only a call with an error may replace the first",
      );
    }
    this.#isCalled = true;
    this.#held = undefined;
    const headers = isList(given) ? [...given] : given;
    // The caller has to see now what the server would say later.
    responseHead(status, headers, Number.POSITIVE_INFINITY);
    this.#held = { status, headers: [...headers], error };
    const write: Write = (chunk) => this.#written()(chunk);
    const flush = () => this.#written().flush?.();
    write.flush = flush;
    return write;
  };

  /** What is sent ahead of the body goes without a tag. */
  #written(): Write {
    this.release((_status, said) => said);
    return this.#write as Write;
  }

  /** Passes on what was said, with these headers; later calls go straight through. */
  release(
    headersFor: (
      status: Status,
      headers: readonly Header[],
    ) => readonly Header[],
  ): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    const held = this.#held;
    if (held === undefined) return;
    const { status, headers, error } = held;
    this.#write = this.#startResponse(
      status,
      headersFor(status, headers),
      error,
    );
  }
}

function isList(headers: unknown): boolean {
  return (
    typeof headers === "object" &&
    headers !== null &&
    Symbol.iterator in headers
  );
}

function isTaggable(status: Status, headers: readonly Header[]): boolean {
  return (
    status.startsWith("200") &&
    !headers.some(
      ([name, value]) =>
        /^etag$/i.test(name) ||
        (/^cache-control$/i.test(name) && /\bno-store\b/i.test(value)),
    )
  );
}

function wholeOf(body: ResponseBody): readonly Chunk[] | undefined {
  if (typeof body === "string" || isBytes(body)) return [body];
  const isWhole =
    Array.isArray(body) &&
    body.every((chunk) => typeof chunk === "string" || isBytes(chunk));
  return isWhole ? body : undefined;
}

function isEmpty(chunks: readonly Chunk[]): boolean {
  return chunks.every((chunk) => chunk.length === 0);
}

/** 120 bits of SHA-256. */
function tagOf(chunks: readonly Chunk[]): string {
  const hash = createHash("sha256");
  // Not iterated: that is the server's to do, and once.
  chunks.forEach((chunk) => {
    hash.update(chunk);
  });
  return `"${hash.digest("base64url").slice(0, 20)}"`;
}
