// Figures as people read them.

const SIZES = ["B", "KiB", "MiB", "GiB", "TiB"];

/** `"1,234,567"` */
export function countText(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** `"61.4 MiB"` */
export function sizeText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < SIZES.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${SIZES[unit]}`;
}

/** Of milliseconds, in the two largest units: `"2 d 3 h"`, `"4.2 s"`, `"12 ms"`; `"more than 10 s"` for what has no end. */
export function durationText(ms: number): string {
  if (ms === Number.POSITIVE_INFINITY) return "more than 10 s";
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1_000) return `${ms.toFixed(0)} ms`;
  const seconds = ms / 1_000;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** `"12 %"` */
export function percentText(part: number): string {
  const percent = part * 100;
  return `${percent > 0 && percent < 1 ? percent.toFixed(1) : percent.toFixed(0)} %`;
}

/** Of milliseconds since 1970, in UTC: `"2026-11-28 03:29:28"` */
export function timeText(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace("T", " ");
}
