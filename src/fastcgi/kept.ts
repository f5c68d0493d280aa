// What has arrived for later is kept as a view of what was read from the socket. A peer that sends
// many small records must not make much of little that way.

/** Bytes that even the smallest piece counts for, since each is an object. */
const SMALLEST = 128;

/** The same bytes, copied where the view would keep a far larger read in memory. */
export function kept(bytes: Uint8Array): Uint8Array {
  return bytes.length * 4 < bytes.buffer.byteLength
    ? Buffer.from(bytes)
    : bytes;
}

/** Bytes of memory to count for a piece. */
export function costOf(bytes: Uint8Array): number {
  return Math.max(bytes.length, SMALLEST);
}
