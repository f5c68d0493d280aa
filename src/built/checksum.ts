/**
 * A checksum of 32 bits that costs a start next to nothing: node:crypto would take half as long to
 * load as Node takes to start. It finds what an upload has damaged, and is no use against malice.
 */
export function checksum(bytes: Uint8Array): number {
  const whole = bytes.length & ~3;
  const start = bytes.byteOffset;
  // A copy, since words have to begin where theirs do.
  const words = new Int32Array(bytes.buffer.slice(start, start + whole));
  const { length } = words;
  let sum = bytes.length;
  // One loop without calls: at a first start it runs in V8's interpreter.
  for (let index = 0; index < length; index++) {
    sum = Math.imul(sum ^ (words[index] as number), 0x9e3779b1);
    sum ^= sum >>> 15;
  }
  for (let index = whole; index < bytes.length; index++) {
    sum = Math.imul(sum ^ (bytes[index] as number), 0x9e3779b1);
    sum ^= sum >>> 15;
  }
  return sum >>> 0;
}
