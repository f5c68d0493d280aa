// F2: the keys which the server itself defines.
import { type Report, show } from "./report.ts";
import type { RuleId } from "./rules.ts";

const FLAGS = ["tsgi.multithread", "tsgi.multiprocess", "tsgi.run_once"];
const OTHERS = [
  "tsgi.version",
  "tsgi.url_scheme",
  "tsgi.concurrent",
  "tsgi.signal",
  "tsgi.input_terminated",
  "tsgi.quirks",
  "tsgi.cleanup",
  "tsgi.file_wrapper",
  "tsgi.data",
];
const KNOWN: ReadonlySet<string> = new Set([
  "tsgi.input",
  "tsgi.errors",
  ...FLAGS,
  ...OTHERS,
]);
const READS = ["read", "readline", "readlines", Symbol.asyncIterator];

/** Checks the keys of environ that begin with `tsgi.`, which the server has set. */
export function checkTsgiKeys(
  environ: Readonly<Record<string, unknown>>,
  report: Report,
): void {
  const version = environ["tsgi.version"];
  if (
    !Array.isArray(version) ||
    version.length !== 2 ||
    !version.every(Number.isInteger)
  ) {
    report.fail("F2.29", `tsgi.version is ${show(version)}`);
  }
  const scheme = environ["tsgi.url_scheme"];
  if (scheme !== "http" && scheme !== "https") {
    report.fail("F2.30", `tsgi.url_scheme is ${show(scheme)}`);
  }
  for (const name of ["tsgi.input", "tsgi.errors", ...FLAGS]) {
    if (environ[name] === undefined) report.fail("F2.31", `${name} is missing`);
  }
  for (const name of FLAGS) checkFlag("F2.32", name, environ[name], report);
  checkFlag("F2.33", "tsgi.concurrent", environ["tsgi.concurrent"], report);
  if (!isSignal(environ["tsgi.signal"])) {
    report.fail("F2.34", `tsgi.signal is ${show(environ["tsgi.signal"])}`);
  }
  checkMethods("F2.35", "tsgi.input", environ["tsgi.input"], READS, report);
  if (environ["tsgi.data"] !== undefined) {
    checkMethods("F2.35", "tsgi.data", environ["tsgi.data"], READS, report);
  }
  const writes = ["write", "writelines", "flush"];
  checkMethods("F2.36", "tsgi.errors", environ["tsgi.errors"], writes, report);
  checkCleanup(environ["tsgi.cleanup"], report);
  const wrapper = environ["tsgi.file_wrapper"];
  if (wrapper !== undefined && typeof wrapper !== "function") {
    report.fail("F2.38", `tsgi.file_wrapper is ${show(wrapper)}`);
  }
  for (const name in environ) {
    if (name.startsWith("tsgi.") && !KNOWN.has(name)) {
      report.warn("F2.39", `${show(name)} is a key`);
    }
  }
}

/** F2.38; also at the end, when applications have added to it. */
export function checkCleanup(cleanup: unknown, report: Report): void {
  if (cleanup === undefined) return;
  if (!Array.isArray(cleanup)) {
    report.fail("F2.38", `tsgi.cleanup is ${show(cleanup)}`);
    return;
  }
  for (const entry of cleanup) {
    if (typeof entry !== "function") {
      report.fail("F2.38", `tsgi.cleanup has ${show(entry)}`);
    }
  }
}

function checkFlag(
  id: RuleId,
  name: string,
  value: unknown,
  report: Report,
): void {
  if (typeof value !== "boolean") report.fail(id, `${name} is ${show(value)}`);
}

function checkMethods(
  id: RuleId,
  name: string,
  value: unknown,
  methods: readonly (string | symbol)[],
  report: Report,
): void {
  for (const method of methods) {
    const found = (value as Record<string | symbol, unknown> | undefined)?.[
      method
    ];
    if (typeof found !== "function") {
      report.fail(id, `${name} has no method ${String(method)}`);
    }
  }
}

function isSignal(value: unknown): boolean {
  return (
    value instanceof AbortSignal ||
    Object.prototype.toString.call(value) === "[object AbortSignal]"
  );
}
