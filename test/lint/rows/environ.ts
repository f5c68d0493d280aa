// F2: environ.
import type { Environ } from "../../../src/common/types.ts";
import type { RuleId } from "../../../src/lint/index.ts";
import { callerRow, does, hello, type Row, row, warning } from "./row.ts";

type Variables = Record<string | symbol, unknown>;
type Change = (environ: Variables) => unknown;

/** A server or middleware that changes environ before the call. */
function changed(
  id: RuleId,
  name: string,
  failing: Change,
  passing: Change = () => {},
  more: Partial<Row> = {},
): Row {
  const change =
    (action: Change) =>
    (application: (...args: unknown[]) => unknown) =>
    (environ: Environ, startResponse: unknown) => {
      const copy: Variables = { ...environ };
      return application(action(copy) ?? copy, startResponse);
    };
  return callerRow(
    id,
    name,
    change(failing) as never,
    change(passing) as never,
    more,
  );
}

/** A variable with a wrong value, and with a right one. */
function variable(
  id: RuleId,
  name: string,
  wrong: unknown,
  right: unknown,
  more: Partial<Row> = {},
): Row {
  return changed(
    id,
    `${name} is ${JSON.stringify(wrong)}`,
    (environ) => {
      environ[name] = wrong;
    },
    (environ) => {
      environ[name] = right;
    },
    more,
  );
}

function missing(id: RuleId, name: string): Row {
  return changed(id, `no ${name}`, (environ) => {
    delete environ[name];
  });
}

const stream = (...methods: (string | symbol)[]): unknown =>
  Object.fromEntries(methods.map((method) => [method, () => {}]));
const READS = ["read", "readline", "readlines", Symbol.asyncIterator];

export const environRows: readonly Row[] = [
  changed("F2.01", "a Map", (environ) => new Map(Object.entries(environ))),
  changed("F2.02", "frozen", (environ) => Object.freeze(environ)),
  changed(
    "F2.03",
    "a symbol",
    (environ) => {
      environ[Symbol("mine")] = 1;
    },
    (environ) => {
      environ["my.key"] = 1;
    },
  ),
  missing("F2.04", "REQUEST_METHOD"),
  missing("F2.05", "SERVER_NAME"),
  missing("F2.06", "SERVER_PORT"),
  variable("F2.07", "SERVER_NAME", "", "[::1]"),
  variable("F2.07", "SERVER_NAME", "http://x", "::1", warning),
  variable("F2.08", "SERVER_PORT", "http", "8080"),
  variable("F2.08", "SERVER_PORT", "", "80"),
  missing("F2.09", "SERVER_PROTOCOL"),
  variable("F2.10", "SERVER_PROTOCOL", "1.1", "HTTP/2"),
  variable("F2.10", "SERVER_PROTOCOL", "included", "INCLUDED"),
  missing("F2.11", "QUERY_STRING"),
  missing("F2.12", "SCRIPT_NAME"),
  missing("F2.13", "PATH_INFO"),
  variable("F2.14", "SCRIPT_NAME", "app", "/app"),
  variable("F2.15", "SCRIPT_NAME", "/", ""),
  variable("F2.16", "PATH_INFO", "path", "/path"),
  changed(
    "F2.17",
    "both are empty",
    (environ) => {
      environ.SCRIPT_NAME = "";
      environ.PATH_INFO = "";
    },
    (environ) => {
      environ.SCRIPT_NAME = "/app";
      environ.PATH_INFO = "";
    },
  ),
  changed(
    "F2.18",
    "* for GET",
    (environ) => {
      environ.PATH_INFO = "*";
    },
    (environ) => {
      environ.REQUEST_METHOD = "OPTIONS";
      environ.PATH_INFO = "*";
    },
  ),
  variable("F2.20", "REQUEST_METHOD", "get", "PROPFIND", warning),
  variable("F2.21", "REQUEST_METHOD", "GET /", "GET"),
  variable("F2.22", "CONTENT_LENGTH", "+5", "5"),
  variable("F2.22", "CONTENT_LENGTH", "", "0"),
  variable("F2.23", "HTTP_CONTENT_TYPE", "text/plain", undefined, {
    passing: (checked) => checked(hello),
  }),
  variable("F2.23", "HTTP_CONTENT_LENGTH", "5", undefined, {
    passing: (checked) => checked(hello),
  }),
  variable("F2.24", "HTTP_HOST", "a/b", "[::1]:80", warning),
  variable("F2.25", "HTTP_PROXY", "http://evil", undefined, {
    passing: (checked) => checked(hello),
  }),
  variable("F2.26", "REMOTE_USER", undefined, "ann"),
  variable("F2.26", "MINE", new String("x"), "x"),
  variable("F2.27", "HTTP_X", "\u0161", "\xc5\xa1"),
  variable("F2.28", "HTTP_X", "a\x1b[0m", "a", warning),
  variable("F2.29", "tsgi.version", "1.0", [1, 0]),
  variable("F2.29", "tsgi.version", [1], [1, 0]),
  variable("F2.30", "tsgi.url_scheme", "HTTPS", "https"),
  missing("F2.31", "tsgi.input"),
  missing("F2.31", "tsgi.errors"),
  missing("F2.31", "tsgi.multithread"),
  missing("F2.31", "tsgi.multiprocess"),
  missing("F2.31", "tsgi.run_once"),
  variable("F2.32", "tsgi.run_once", 0, true),
  variable("F2.33", "tsgi.concurrent", "no", false),
  missing("F2.33", "tsgi.concurrent"),
  variable("F2.34", "tsgi.signal", {}, new AbortController().signal),
  variable("F2.35", "tsgi.input", stream("read"), stream(...READS)),
  variable("F2.35", "tsgi.data", stream("read"), stream(...READS)),
  variable(
    "F2.36",
    "tsgi.errors",
    stream("write"),
    stream("write", "writelines", "flush"),
  ),
  variable("F2.38", "tsgi.cleanup", [1], [() => {}]),
  variable("F2.38", "tsgi.cleanup", () => {}, []),
  variable("F2.38", "tsgi.file_wrapper", {}, () => []),
  row(
    "F2.38",
    "an application pushes no function",
    does((environ) => environ["tsgi.cleanup"].push("x" as never)),
    does((environ) => environ["tsgi.cleanup"].push(() => {})),
    { isLate: true },
  ),
  variable("F2.39", "tsgi.session", {}, undefined, {
    ...warning,
    passing: (checked) =>
      checked(
        does((environ) => {
          environ["my.session"] = {};
        }),
      ),
  }),
];
