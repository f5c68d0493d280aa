// From a value to content and its type: "extract a body" of the Fetch Standard (section 5.2).
import { Content, type ContentSource, isStream } from "./light-content.ts";
import { encodeMultipart } from "./light-multipart.ts";
import { isTagged } from "./light-webidl.ts";

/** A body, and what its Content-Type is unless one is given. */
export interface Extracted {
  readonly content: Content;
  readonly type: string | undefined;
}

/** @throws {TypeError} for a stream that has been read, or has a reader */
export function extract(body: unknown): Extracted {
  const [source, type] = sourceOf(body);
  const content = new Content(source);
  if (content.isUnusable) {
    throw new TypeError("Cannot take the stream for a body: it is used");
  }
  return { content, type: type || undefined };
}

function sourceOf(body: unknown): [source: ContentSource, type?: string] {
  if (typeof body === "object" && body !== null) {
    if (body instanceof URLSearchParams) return [`${body}`, FORM];
    if (body instanceof ArrayBuffer) return [new Uint8Array(body.slice(0))];
    if (ArrayBuffer.isView(body)) return [copyOf(body)];
    if (isTagged(body, "Blob", "File")) {
      return [body as Blob, (body as Blob).type];
    }
    if (isTagged(body, "FormData")) {
      const { blob, type } = encodeMultipart(body as FormData);
      return [blob, type];
    }
    // Beyond the standard, but as Node has it: a Readable, or an async generator.
    if (isStream(body) || Symbol.asyncIterator in body) {
      return [body as AsyncIterable<Uint8Array>];
    }
  }
  return [`${body}`, TEXT];
}

const FORM = "application/x-www-form-urlencoded;charset=UTF-8";
const TEXT = "text/plain;charset=UTF-8";

function copyOf(view: ArrayBufferView): Uint8Array {
  const { buffer, byteOffset, byteLength } = view;
  return new Uint8Array(new Uint8Array(buffer, byteOffset, byteLength));
}
