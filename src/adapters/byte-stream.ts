/** A stream of bytes which reads when it is read, and not before. */
export function byteStream(
  source: AsyncIterable<Uint8Array>,
): ReadableStream<Uint8Array> {
  let chunks: AsyncIterator<Uint8Array> | undefined;
  return new ReadableStream({
    type: "bytes",
    async pull(controller) {
      chunks ??= source[Symbol.asyncIterator]();
      const { done, value } = await nextChunk(chunks);
      if (done) {
        controller.close();
        // Whoever reads into a buffer of their own waits for it to come back.
        controller.byobRequest?.respond(0);
      } else {
        // A copy, since the stream takes the whole buffer from its owner.
        controller.enqueue(new Uint8Array(value));
      }
    },
    async cancel(reason) {
      await chunks?.return?.(reason);
    },
  });
}

/** The next that has bytes: streams refuse empty chunks. */
async function nextChunk(
  chunks: AsyncIterator<Uint8Array>,
): Promise<IteratorResult<Uint8Array>> {
  for (;;) {
    const result = await chunks.next();
    if (result.done || result.value.length > 0) return result;
  }
}
