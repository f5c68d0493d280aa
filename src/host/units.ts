/** Bytes. */
export const MIB: number = 2 ** 20;

/** Whole MiB, or GiB with one digit behind the point. */
export function inUnits(bytes: number): string {
  const gibibytes = bytes / (1_024 * MIB);
  return gibibytes >= 1
    ? `${Number(gibibytes.toFixed(1))} GiB`
    : `${Math.floor(bytes / MIB)} MiB`;
}
