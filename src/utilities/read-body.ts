// The body of a request as a whole.
import { TsgiError } from "../common/errors.ts";
import type { Environ, Input } from "../common/types.ts";
import { contentLength, inputFrom } from "./input.ts";

/** What {@link readBody} takes. */
export interface ReadBodyOptions {
  /** Bytes the body may have, 1,048,576 unless given. */
  readonly limit?: number;
}

type BodyEnviron = Pick<
  Environ,
  "CONTENT_TYPE" | "CONTENT_LENGTH" | "tsgi.input"
>;

const LIMIT = 1_048_576;
/** By the input they came from, and by the one put in its place: copies of an environ share them. */
const bodies = new WeakMap<Input, Promise<Uint8Array>>();

/**
 * Reads the body into memory. Middleware and application may both do so: it is read once, and
 * `tsgi.input` is replaced by one that begins anew. What was read from `tsgi.input` before is not part of it.
 *
 * Rejects with a {@link TsgiError} which becomes a 413 (`BODY_TOO_LARGE`) or a 400 (`INCOMPLETE_BODY`,
 * `BAD_REQUEST`) where nobody catches it.
 */
export async function readBody(
  environ: BodyEnviron,
  { limit = LIMIT }: ReadBodyOptions = {},
): Promise<RequestBody> {
  const input = environ["tsgi.input"];
  let reading = bodies.get(input);
  if (reading === undefined) {
    if ((contentLength(environ) ?? 0) > limit) throw tooLarge(limit);
    reading = inputFrom(input, { maximum: limit }).read();
    bodies.set(input, reading);
  }
  const bytes = await reading;
  if (bytes.length > limit) throw tooLarge(limit);
  const replay = inputFrom(bytes);
  bodies.set(replay, reading);
  environ["tsgi.input"] = replay;
  return new RequestBody(bytes, environ.CONTENT_TYPE);
}

/** A body that was read. */
export class RequestBody {
  readonly bytes: Uint8Array;
  readonly #contentType: string;

  constructor(bytes: Uint8Array, contentType: string | undefined) {
    this.bytes = bytes;
    this.#contentType = contentType ?? "";
  }

  /** By the charset of Content-Type, else UTF-8. @throws {TsgiError} `BAD_REQUEST` where it is unknown, or the bytes are not of it */
  text(): string {
    const charset =
      /;\s*charset="?([^\s;"]+)/i.exec(this.#contentType)?.[1] ?? "utf-8";
    try {
      return new TextDecoder(charset, { fatal: true }).decode(this.bytes);
    } catch (cause) {
      const shown = JSON.stringify(charset.slice(0, 80));
      throw refused(`it is not text in ${shown}`, cause);
    }
  }

  /** Whatever the media type. @throws {TsgiError} `BAD_REQUEST` where it is not JSON */
  json(): unknown {
    const text = this.text();
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw refused("it is not JSON", cause);
    }
  }

  /** The fields of an HTML form; files come as multipart/form-data, which busboy reads. @throws {TsgiError} `BAD_REQUEST` for another media type */
  form(): URLSearchParams {
    const [type = ""] = this.#contentType.split(";", 1);
    const isForm =
      type.trim().toLowerCase() === "application/x-www-form-urlencoded";
    if (!isForm && this.bytes.length > 0) {
      throw refused("it is not application/x-www-form-urlencoded");
    }
    return new URLSearchParams(this.text());
  }
}

function tooLarge(limit: number): TsgiError {
  return new TsgiError(
    "BODY_TOO_LARGE",
    `Cannot read the body: it exceeds ${limit} bytes`,
  );
}

function refused(why: string, cause?: unknown): TsgiError {
  return new TsgiError("BAD_REQUEST", `Cannot use the body: ${why}`, { cause });
}
