// F5 and F6: status and headers.
import type { Header } from "../../../src/common/types.ts";
import type { RuleId } from "../../../src/lint/index.ts";
import { answers, type Row, row, TEXT, warning } from "./row.ts";

function status(
  id: RuleId,
  wrong: unknown,
  right: string,
  more: Partial<Row> = {},
): Row {
  const name = `status ${JSON.stringify(wrong)}`;
  return row(id, name, answers(wrong, TEXT), answers(right, TEXT), more);
}

function headers(
  id: RuleId,
  wrong: unknown,
  right: unknown = [],
  more: Partial<Row> = {},
): Row {
  const withText = (some: unknown) =>
    Array.isArray(some) ? [...TEXT, ...some] : some;
  const name = `headers ${JSON.stringify(wrong)}`;
  return row(
    id,
    name,
    answers("200 OK", withText(wrong)),
    answers("200 OK", withText(right)),
    more,
  );
}

/** Headers with a status that has no body. */
function empty(
  id: RuleId,
  code: number,
  wrong: Header,
  right: Header,
  more: Partial<Row> = {},
): Row {
  const said = `${code} Whatever`;
  return row(
    id,
    `${wrong[0]} with ${code}`,
    answers(said, [wrong], []),
    answers(said, [right], []),
    more,
  );
}

export const headRows: readonly Row[] = [
  status("F5.01", 200, "200 OK"),
  status("F5.02", "2000 OK", "200 OK"),
  status("F5.03", "OK", "200 OK"),
  status("F5.03", "20X OK", "204 OK", {
    passing: (checked) => checked(answers("204 OK", [], [])),
  }),
  status("F5.04", "100 Continue", "200 OK"),
  status("F5.04", "600 More", "599 Most"),
  status("F5.05", "200", "200 OK"),
  status("F5.05", "200OK", "200 OK"),
  status("F5.05", "200 ", "200 O", warning),
  status("F5.06", "200 OK\r\nX: y", "200 OK"),
  status("F5.06", "200 \u0161", "200 \xc5\xa1"),
  status("F5.07", " 200 OK", "200 OK"),
  status("F5.07", "200 OK ", "200 O K"),
  headers("F6.01", { "Content-Type": "text/plain" }, new Map(TEXT)),
  headers(
    "F6.01",
    "Content-Type",
    new Headers([["Content-Type", "text/plain"]]),
  ),
  headers("F6.03", [["X"]], [["X", "y"]]),
  headers("F6.03", ["X", "y"], [["X", ""]]),
  headers("F6.04", [[1, "y"]], [["x", "y"]]),
  headers("F6.05", [["X", 1]], [["X", "1"]]),
  headers("F6.06", [["status", "404 Gone"]], [["X-Status", "404"]]),
  headers("F6.07", [["X:", "y"]], [["X", ":"]]),
  headers("F6.08", [["0x", "y"]], [["x0", "y"]], warning),
  headers("F6.09", [["X Y", "z"]], [["X.Y", "z"]]),
  headers("F6.09", [["", "z"]], [["x", "z"]]),
  headers("F6.10", [["X-", "y"]], [["X-Y", "y"]], warning),
  headers("F6.12", [["X", "\x1b"]], [["X", " "]]),
  headers("F6.12", [["X", "a\tb"]], [["X", "a b"]], warning),
  headers("F6.13", [["X", "a\r\nSet-Cookie: b"]], [["X", "a%0D%0A"]]),
  headers("F6.13", [["X", "\0"]], [["X", "0"]]),
  headers("F6.14", [["X", "\u010d\u010a"]], [["X", "\xc4\x8d"]]),
  headers("F6.14", [["X", "\x7f"]], [["X", "~"]]),
  row(
    "F6.16",
    "a body",
    answers("404 Gone", []),
    answers("302 Found", [["Location", "/"]]),
  ),
  row(
    "F6.16",
    "200 and no body",
    answers("200 OK", [], []),
    answers("404 Gone", [], []),
    warning,
  ),
  empty("F6.17", 204, ["Content-Type", "a/b"], ["X", "y"]),
  empty("F6.17", 304, ["Content-Type", "a/b"], ["ETag", '"x"']),
  empty("F6.18", 204, ["Content-Length", "0"], ["X", "y"]),
  empty("F6.18", 304, ["Content-Length", "5"], ["ETag", 'W/"x"'], warning),
  empty(
    "F6.19",
    304,
    ["Content-Encoding", "gzip"],
    ["Vary", "Accept"],
    warning,
  ),
  headers("F6.20", [["ETag", "x"]], [["ETag", '"x"']], warning),
  headers("F6.20", [["ETag", 'w/"x"']], [["ETag", 'W/"x"']], warning),
  headers("F6.21", [["Location", "/a b"]], [["Location", "a?b#c"]], warning),
  headers("F6.22", [["Connection", "close"]], [["Via", "1.1 x"]]),
  headers("F6.22", [["transfer-ENCODING", "chunked"]], [["Pragma", "x"]]),
  headers("F6.23", [["Content-Length", "5 bytes"]], [["Content-Length", "5"]]),
  headers(
    "F6.23",
    [
      ["Content-Length", "5"],
      ["content-length", "6"],
    ],
    [
      ["Content-Length", "5"],
      ["content-length", "5"],
    ],
  ),
  headers("F6.24", [["Content-type", "a/b"]]),
  headers(
    "F6.24",
    [
      ["Location", "/a"],
      ["Location", "/b"],
    ],
    [["Location", "/a"]],
  ),
  headers(
    "F6.25",
    [["Set-Cookie", "a=1; Path=/, b=2"]],
    [["Set-Cookie", "a=1; Expires=Thu, 01 Jan 2026 00:00:00 GMT; Path=/"]],
    warning,
  ),
  headers("F6.26", [["Variable-User", "ann"]], [["X-User", "ann"]], warning),
];
