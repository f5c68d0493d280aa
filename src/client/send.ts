import type { Writable } from "node:stream";

/**
 * Writes a body to a stream, as fast as the stream takes it. Returns early where it was closed.
 *
 * @param frame makes what is written of each chunk
 */
export async function sendBody(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  stream: Writable,
  frame: (chunk: Uint8Array) => Uint8Array = (chunk) => chunk,
): Promise<void> {
  for await (const chunk of body) {
    if (stream.destroyed) return;
    if (chunk.length > 0 && !stream.write(frame(chunk))) await drained(stream);
  }
}

function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off("drain", done).off("close", done);
      resolve();
    };
    if (stream.destroyed) resolve();
    else stream.on("drain", done).on("close", done);
  });
}
