// What the figures were made on.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";
import { CHECKOUT } from "./folder.ts";
import { ENVIRONMENT, find } from "./program.ts";

/** Programs and how they tell their version. */
const VERSIONS: readonly (readonly [name: string, ...command: string[]])[] = [
  ["nginx", "nginx", "-v"],
  ["Apache", "apache2", "-v"],
  ["lighttpd", "lighttpd", "-v"],
  ["php-fpm", "php-fpm8.2", "-v"],
  ["php-cgi", "php-cgi", "-v"],
  ["Go", "go", "version"],
  ["uWSGI", "uwsgi", "--version"],
  ["Python", "python3", "--version"],
  ["Perl", "perl", "-e", 'print "$^V\\n"'],
  ["Plack", "perl", "-MPlack", "-e", 'print "$Plack::VERSION\\n"'],
  ["gcc", "gcc", "--version"],
  ["libfcgi", "dpkg-query", "-W", "libfcgi-dev"],
  ["wrk", "wrk", "-v"],
];

/** Its model. */
export function processor(): string {
  return cpus()[0]?.model ?? "unknown";
}

/** Lines of a list in Markdown. */
export function describeMachine(): string[] {
  const memory = (totalmem() / 2 ** 30).toFixed(1);
  const load = loadavg().map((number) => number.toFixed(2));
  const programs = VERSIONS.map(
    ([name, ...command]) => `${name} ${version(command) ?? "is not installed"}`,
  );
  const packages = ["node-fastcgi", "express"].map(
    (name) => `${name} ${packageVersion(name)}`,
  );
  return [
    `- Processor: ${processor()}, ${cpus().length} cores`,
    `- Memory: ${memory} GiB; kernel: Linux ${release()}`,
    `- Load average at the end: ${load.join(", ")}`,
    `- Node ${process.versions.node}; ${packages.join("; ")}`,
    `- ${programs.join("; ")}`,
  ];
}

function version([name = "", ...args]: readonly string[]): string | undefined {
  const file = find(name);
  if (file === undefined) return undefined;
  try {
    // Some tell it on stderr, and wrk ends with an error after it.
    const text = execFileSync(
      "sh",
      ["-c", '"$@" 2>&1 || true', "sh", file, ...args],
      {
        encoding: "utf8",
        env: ENVIRONMENT,
      },
    );
    return /\d+\.\d[\w.-]*/.exec(text)?.[0];
  } catch {
    return undefined;
  }
}

function packageVersion(name: string): string {
  const file = join(CHECKOUT, "node_modules", name, "package.json");
  try {
    return JSON.parse(readFileSync(file, "utf8")).version;
  } catch {
    return "is not installed";
  }
}
