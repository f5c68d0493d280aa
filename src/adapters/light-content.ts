// The content of a Request or a Response, which becomes a stream only for those who ask for one.
import type { Readable } from "node:stream";
import { byteStream } from "./byte-stream.ts";
import { isTagged } from "./light-webidl.ts";

/** What content is made of. */
export type ContentSource =
  | string
  | Uint8Array
  | Blob
  | AsyncIterable<Uint8Array>
  | ReadableStream<Uint8Array>;

type Source = Exclude<ContentSource, ReadableStream<Uint8Array>>;
type Replayable = string | Uint8Array | Blob;

/**
 *                stream()
 *   source ----------------> stream
 *     |  take()                |  take(): the stream is read, or piped on
 *     +---------> taken <------+
 */
export class Content {
  /** Undefined once it is taken, or a stream. */
  #source: Source | undefined;
  #stream: ReadableStream<Uint8Array> | undefined;

  constructor(source: ContentSource) {
    if (isStream(source)) this.#stream = source;
    else this.#source = source;
  }

  /** Whether somebody has read of it. */
  get isUsed(): boolean {
    if (this.#stream === undefined) return this.#source === undefined;
    const { Readable: streams } = process.getBuiltinModule("node:stream");
    // The types know streams of Node only.
    return streams.isDisturbed(this.#stream as unknown as Readable);
  }

  /** Whether nobody else can read it. */
  get isUnusable(): boolean {
    return this.isUsed || this.#stream?.locked === true;
  }

  /** Whether it can be read from its start again, and its length be told. */
  get isReplayable(): boolean {
    return this.#source !== undefined && isReplayable(this.#source);
  }

  /** The same stream each time. */
  stream(): ReadableStream<Uint8Array> {
    if (this.#stream === undefined) {
      this.#stream = streamOf(this.#source);
      this.#source = undefined;
    }
    return this.#stream;
  }

  /** What is at hand without a stream, which nobody else has then; undefined where there is none. */
  takeWhole(): string | Uint8Array | undefined {
    const source = this.#source;
    if (typeof source !== "string" && !(source instanceof Uint8Array)) {
      return undefined;
    }
    this.#source = undefined;
    return source;
  }

  /** Content for somebody else, after which this one is used. @throws {TypeError} where it is already */
  take(): Content {
    this.#refuseUnusable();
    const source = this.#source;
    this.#source = undefined;
    if (source !== undefined) return new Content(source);
    // What has been piped cannot be read here any more.
    return new Content(this.stream().pipeThrough(new TransformStream()));
  }

  /** @throws {TypeError} where it is used */
  clone(): Content {
    this.#refuseUnusable();
    const source = this.#source;
    if (source !== undefined && isReplayable(source)) {
      return new Content(source);
    }
    const [first, second] = this.stream().tee();
    this.#stream = first;
    return new Content(second);
  }

  /** All of it, in an array that is the caller's. Rejects with a TypeError where it is used. */
  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    this.#refuseUnusable();
    const source = this.#source;
    if (source === undefined) return join(chunksOf(this.stream()));
    this.#source = undefined;
    if (!isReplayable(source)) return join(source);
    if (typeof source === "string" || source instanceof Uint8Array) {
      return bytesOf(source);
    }
    return new Uint8Array(await source.arrayBuffer());
  }

  #refuseUnusable(): void {
    if (!this.isUnusable) return;
    throw new TypeError(
      "Cannot read the body: it has been read, or has a reader",
    );
  }
}

/** Whether it is a web stream of any library. */
export function isStream(value: unknown): value is ReadableStream<Uint8Array> {
  return isTagged(value, "ReadableStream");
}

function isReplayable(source: Source): source is Replayable {
  return typeof source === "string" || !(Symbol.asyncIterator in source);
}

function streamOf(source: Source | undefined): ReadableStream<Uint8Array> {
  if (source === undefined) return spentStream();
  if (typeof source !== "string" && Symbol.asyncIterator in source) {
    return byteStream(source);
  }
  if (isTagged(source, "Blob", "File")) return (source as Blob).stream();
  return wholeStream(bytesOf(source as string | Uint8Array));
}

/** What is left of a stream that somebody has read. */
function spentStream(): ReadableStream<Uint8Array> {
  const stream = wholeStream(new Uint8Array(0));
  void stream.getReader().read();
  return stream;
}

/** A stream that has ended when its only chunk is read, so that whoever sends it can tell its length. */
function wholeStream(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    type: "bytes",
    start(controller) {
      if (bytes.length > 0) controller.enqueue(bytes);
      controller.close();
    },
  });
}

/** In an array of its own. */
function bytesOf(source: string | Uint8Array): Uint8Array<ArrayBuffer> {
  if (typeof source === "string") return new TextEncoder().encode(source);
  return new Uint8Array(source);
}

/** Keeps the stream locked for good, as the standard does. */
async function* chunksOf(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<Uint8Array, undefined> {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

async function join(
  source: AsyncIterable<unknown>,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) {
    if (!(chunk instanceof Uint8Array)) {
      throw new TypeError(
        "Cannot read the body: a chunk of it is no Uint8Array",
      );
    }
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
