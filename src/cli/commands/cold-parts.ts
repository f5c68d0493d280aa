// Where the time of a start goes: the parts of the whole, and the packages of the application.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { LoadTime } from "../loading/load-times.ts";

/** Milliseconds of one start; medians, each measured from outside. */
export interface Parts {
  readonly total: number;
  /** An empty program. */
  readonly node: number;
  /** What a hello takes beyond that. */
  readonly tsgi: number;
  /** What the application takes beyond that. */
  readonly application: number;
}

/** What is loaded together. */
export interface Part {
  /** A package, `"node:http"`, or a folder or file of the application's own. */
  readonly name: string;
  /** Milliseconds without what it loads from other parts, measured from inside. */
  readonly ms: number;
  readonly files: number;
}

/** Where this package is, whose own files are no part of the application. */
const OURS = fileURLToPath(new URL("../../..", import.meta.url));

/** What Node, this package and the application take, of starts with ever more of them, in milliseconds. */
export function partsOf(
  node: readonly number[],
  hello: readonly number[],
  application: readonly number[],
): Parts {
  const [base, served, total] = [node, hello, application].map(median) as [
    number,
    number,
    number,
  ];
  const own = total - served;
  return {
    total,
    node: base,
    tsgi: Math.max(0, served - base),
    // Noise may be more than a small application.
    application: Math.max(0, own),
  };
}

/** Adds up several starts by package, the dearest first. `tsgi-cgi` itself is left out. */
export function packagesOf(starts: readonly (readonly LoadTime[])[]): Part[] {
  const sums = starts.map(sumsOf);
  const [first = new Map()] = sums;
  return [...first]
    .map(([name, { files }]): Part => {
      const times = sums.flatMap((sum) => sum.get(name)?.ms ?? []);
      return { name, ms: median(times), files };
    })
    .sort((one, other) => other.ms - one.ms);
}

/** NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(middle)] ?? Number.NaN;
  return (low + high) / 2;
}

function sumsOf(
  times: readonly LoadTime[],
): Map<string, { ms: number; files: number }> {
  const sums = new Map<string, { ms: number; files: number }>();
  for (const { name: file, ms } of times) {
    if (isRunner(file)) continue;
    const name = packageOf(file);
    const sum = sums.get(name) ?? { ms: 0, files: 0 };
    sums.set(name, { ms: sum.ms + ms, files: sum.files + 1 });
  }
  return sums;
}

/** What every start has; adapters and middleware are the application's choice. */
function isRunner(file: string): boolean {
  return /^(?:bin\/tsgi-cgi|dist\/tsgi-cgi[^/]*\.cjs)$/.test(
    file.startsWith(OURS) ? file.slice(OURS.length) : "",
  );
}

/** The innermost package: `.../node_modules/a/node_modules/@b/c/d.js` is of `@b/c`. */
function packageOf(file: string): string {
  if (file.startsWith("node:")) return file;
  const [, name] = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
  if (name !== undefined) return name;
  return file.startsWith(OURS) ? "tsgi" : dirname(file);
}
