// The Response of an application of the fetch kind as a TSGI response.
import { describe } from "../common/chunk.ts";
import { TsgiError } from "../common/errors.ts";
import { HOP_BY_HOP, isBodyless } from "../common/response.ts";
import type {
  Chunk,
  Closable,
  Environ,
  Header,
  ResponseBody,
  StartResponse,
  Status,
} from "../common/types.ts";
import { statusLine } from "../utilities/status.ts";
import { WHOLE_BODY, type WholeBody } from "./whole-body.ts";

/**
 * Starts the response and returns its body, which is read as fast as the client takes it.
 *
 * @throws {TsgiError} `BODY` for anything that is no Response to send
 */
export function sendResponse(
  response: unknown,
  environ: Environ,
  startResponse: StartResponse,
): ResponseBody | Promise<ResponseBody> {
  checkResponse(response);
  const { status, statusText, headers } = response;
  const whole = (response as Partial<WholeBody>)[WHOLE_BODY]?.();
  const body = whole === undefined ? response.body : null;
  if (body?.locked) throw refused("its body has a reader already");
  const line: Status = statusText
    ? `${status} ${statusText}`
    : statusLine(status);
  try {
    startResponse(line, endToEnd(headers));
  } catch (error) {
    // The request was aborted meanwhile, or the headers are none to send.
    body?.cancel(error).catch(() => {});
    throw error;
  }
  if (whole !== undefined) return whole;
  if (body === null) return [];
  if (environ.REQUEST_METHOD === "HEAD" || isBodyless(status)) {
    return new StreamBody(body.getReader(), environ["tsgi.signal"]);
  }
  return wholeOrStream(body.getReader(), environ);
}

function checkResponse(value: unknown): asserts value is Response {
  if (!isResponse(value)) {
    const what = value instanceof Error ? "an Error" : describe(value);
    throw refused(`the handler returned ${what} instead of a Response`);
  }
  const { status } = value;
  if (status === 0) {
    throw refused("the handler returned Response.error()");
  }
  if (status < 200 || status > 599) {
    throw refused(`status ${status} is not from 200 to 599`);
  }
  if (value.bodyUsed) throw refused("its body has been read already");
}

/** By its looks: a Response may be of another realm, or of a library. */
function isResponse(value: unknown): value is Response {
  if (typeof value !== "object" || value === null) return false;
  const { status, headers } = value as Partial<Response>;
  return (
    typeof status === "number" &&
    typeof headers === "object" &&
    headers !== null &&
    Symbol.iterator in headers &&
    "body" in value
  );
}

function refused(why: string): TsgiError {
  return new TsgiError("BODY", `Cannot send the response: ${why}`);
}

/** Without what is the web server's to say; frameworks tell it for servers that are not. */
function endToEnd(headers: Headers): Header[] {
  const sent: Header[] = [];
  for (const header of headers) {
    const lower = header[0].toLowerCase();
    if (!HOP_BY_HOP.has(lower) && lower !== "status") sent.push(header);
  }
  return sent;
}

type Reader = ReadableStreamDefaultReader<Chunk>;
type ReadResult = Awaited<ReturnType<Reader["read"]>>;

/** Microtasks in which the stream of a string or of bytes has ended, on all supported Nodes. */
const TICKS = 8;

/**
 * The whole body where it is at hand, so that its length is known. A stream of a string ends with its
 * only chunk, of which nothing else can tell: a Response shows no length.
 */
async function wholeOrStream(
  reader: Reader,
  environ: Environ,
): Promise<ResponseBody> {
  let hasEnded = false;
  const first = reader.read();
  first.catch(() => {});
  reader.closed.then(
    () => {
      hasEnded = true;
    },
    () => {},
  );
  for (let tick = 0; tick < TICKS && !hasEnded; tick++) await undefined;
  if (hasEnded) return (await first).value ?? [];
  return new StreamBody(reader, environ["tsgi.signal"], first);
}

/** A stream as a body; cancelled when the request is over before it is. */
class StreamBody implements AsyncIterable<Chunk>, Closable {
  readonly #reader: Reader;
  readonly #signal: AbortSignal;
  #first: Promise<ReadResult> | undefined;
  #hasFailed = false;

  constructor(
    reader: Reader,
    signal: AbortSignal,
    first?: Promise<ReadResult>,
  ) {
    this.#reader = reader;
    this.#signal = signal;
    this.#first = first;
    if (signal.aborted) this.#cancel();
    else signal.addEventListener("abort", this.#cancel);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Chunk> {
    for (;;) {
      const { done, value } = await this.#read();
      if (done) return;
      yield value;
    }
  }

  /** Has no effect on a stream that has ended; one that has failed would only say so again. */
  close(): Promise<void> | undefined {
    this.#signal.removeEventListener("abort", this.#cancel);
    return this.#hasFailed ? undefined : this.#reader.cancel();
  }

  async #read(): Promise<ReadResult> {
    const first = this.#first;
    this.#first = undefined;
    try {
      return await (first ?? this.#reader.read());
    } catch (error) {
      this.#hasFailed = true;
      throw error;
    }
  }

  readonly #cancel = (): void => {
    // What it rejects with is for whoever reads, and nobody does any more.
    this.#reader.cancel(this.#signal.reason).catch(() => {});
  };
}
