let latest = 0;

/** Bytes of memory this process has now, or had last: with all descriptors in use Node cannot ask the system, and throws. */
export function residentMemory(): number {
  try {
    latest = process.memoryUsage.rss();
  } catch {
    // Whoever measures must not fail of it.
  }
  return latest;
}
