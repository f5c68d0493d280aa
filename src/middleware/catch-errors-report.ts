// What a developer wants to know of a failure: where it was, in which lines, at which request.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { describeError } from "../common/failure.ts";
import type { Environ, Status } from "../common/types.ts";

/** A place in the stack. */
export interface Frame {
  /** The function's name, `""` where it has none. */
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Whether it is of the application: not of Node, of a package or of this one. */
  readonly isOwn: boolean;
}

/** Lines of a source file around the one that failed. */
export interface Excerpt {
  readonly frame: Frame;
  readonly lines: readonly { number: number; text: string }[];
}

/** All that the page for developers shows. */
export interface Report {
  readonly status: Status;
  readonly incident: string;
  readonly name: string;
  readonly message: string;
  readonly method: string;
  readonly target: string;
  readonly frames: readonly Frame[];
  readonly excerpt: Excerpt | undefined;
  /** The error as a log has it, with its causes and properties. */
  readonly details: string;
  readonly environ: readonly (readonly [name: string, value: string])[];
}

/** `"TypeError"` and its message, of whatever was thrown. */
export function nameAndMessage(
  error: unknown,
): [name: string, message: string] {
  try {
    if (error instanceof Error) {
      const { code } = error as { code?: unknown };
      const suffix = typeof code === "string" ? ` [${code}]` : "";
      return [`${error.name}${suffix}`, String(error.message)];
    }
    return ["thrown", inspect(error)];
  } catch {
    return ["Error", describeError(error)];
  }
}

const FRAME =
  /^\s+at (?:(.*?) \()?((?:file:|node:|\/|[A-Za-z]:\\).*?):(\d+):(\d+)\)?$/;

/** The stack's places, in order; none where there is no stack. */
export function framesOf(error: unknown): Frame[] {
  return stackOf(error)
    .split("\n")
    .flatMap((line) => {
      const [, name = "", place, row, column] = FRAME.exec(line) ?? [];
      if (place === undefined) return [];
      const file = place.startsWith("file:") ? pathOf(place) : place;
      return [
        {
          name,
          file,
          line: Number(row),
          column: Number(column),
          isOwn: isApplications(file),
        },
      ];
    });
}

/** Lines before and after the one that failed. */
const AROUND = 5;
const LONGEST_LINE = 300;

/** The source around the application's first frame, where it can be read. */
export function excerptOf(frames: readonly Frame[]): Excerpt | undefined {
  const frame = frames.find(({ isOwn }) => isOwn);
  if (frame === undefined) return undefined;
  try {
    const all = readFileSync(frame.file, "utf8").split(/\r?\n/);
    const first = Math.max(0, frame.line - 1 - AROUND);
    const lines = all.slice(first, frame.line + AROUND).map((text, index) => ({
      number: first + index + 1,
      text: text.slice(0, LONGEST_LINE),
    }));
    const isThere = lines.some(({ number }) => number === frame.line);
    return isThere ? { frame, lines } : undefined;
  } catch {
    // Compiled away, or not this user's to read.
    return undefined;
  }
}

const SECRET =
  /authorization|cookie|secret|token|passw|passphrase|(?:^|_)pw(?:$|_)|api_?key|session|credential|signature|private|csrf|jwt/i;
const MASK = "•••";

/** The request's variables in the order of their names, what is secret masked; of objects only the type. */
export function maskedVariables(
  environ: Environ,
  secrets: RegExp | undefined,
): [name: string, value: string][] {
  const isSecret = secretTest(secrets);
  const shown = (name: string): string => {
    if (isSecret(name)) return MASK;
    // To read it is to make it.
    if (name === "tsgi.signal") return "[AbortSignal]";
    const value: unknown = environ[name as "x.y"];
    if (typeof value === "string") return maskedParameters(value, isSecret);
    if (typeof value !== "object" || value === null) return inspect(value);
    return inspect(value, { depth: name.startsWith("tsgi.") ? 0 : -1 });
  };
  return Object.keys(environ)
    .sort()
    .map((name) => [name, shown(name)]);
}

/** The target of the request, as above. */
export function maskedTarget(
  environ: Environ,
  secrets: RegExp | undefined,
): string {
  const target = environ.REQUEST_URI ?? environ.SCRIPT_NAME + environ.PATH_INFO;
  return maskedParameters(target, secretTest(secrets));
}

function secretTest(secrets: RegExp | undefined): (name: string) => boolean {
  // search() heeds no lastIndex, as test() does with a global expression.
  return (name) =>
    SECRET.test(name) || (secrets !== undefined && name.search(secrets) >= 0);
}

/** `a=1&token=•••`, wherever a query is: in QUERY_STRING, REQUEST_URI, a referrer. */
function maskedParameters(
  text: string,
  isSecret: (name: string) => boolean,
): string {
  return text.replace(
    /(^|[?&;])([^=&;?]+)=([^&;#]*)/g,
    (whole: string, before: string, name: string) =>
      isSecret(name) ? `${before}${name}=${MASK}` : whole,
  );
}

function stackOf(error: unknown): string {
  try {
    return String(Object(error).stack ?? "");
  } catch {
    return "";
  }
}

// In a bundle there is no file of ours to tell from the application's.
const HERE: string | undefined = import.meta.url;
const OWN = HERE === undefined ? undefined : pathOf(new URL("..", HERE).href);

function isApplications(file: string): boolean {
  if (file.startsWith("node:") || /[\\/]node_modules[\\/]/.test(file))
    return false;
  return OWN === undefined || !file.startsWith(OWN);
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    return url;
  }
}
