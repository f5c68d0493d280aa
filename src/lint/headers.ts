// F6: the headers of a response.
import { TOKEN } from "../common/grammar.ts";
import { HOP_BY_HOP, isBodyless } from "../common/response.ts";
import type { Header } from "../common/types.ts";
import { type Report, show } from "./report.ts";

/** What the checks of the body need to know. */
export interface Head {
  readonly code: number;
  /** In bytes. */
  readonly contentLength: number | undefined;
  readonly hasContentType: boolean;
  readonly hasLocation: boolean;
}

/**
 * Reads the headers once, as they may be a generator's.
 *
 * @returns the head, and a copy of the headers to pass on
 */
export function checkHeaders(
  code: number,
  headers: unknown,
  isAuthorizer: boolean,
  report: Report,
): { head: Head; pairs: Header[] } {
  const pairs = pairsOf(headers, report);
  const values = new Map<string, string>();
  for (const [name, value] of pairs) {
    // Ignored above.
    if (typeof name !== "string" || typeof value !== "string") continue;
    checkName(name, report);
    checkValue(name, value, report);
    const lower = name.toLowerCase();
    checkKnown(lower, value, values.get(lower), report);
    if (!isAuthorizer && /^(?:variable-|x-cgi-)/.test(lower)) {
      report.warn("F6.26", `a responder sends header ${show(name)}`);
    }
    values.set(lower, value);
  }
  checkForCode(code, values, report);
  const length = values.get("content-length");
  return {
    head: {
      code,
      contentLength: length === undefined ? undefined : Number(length),
      hasContentType: values.has("content-type"),
      hasLocation: values.has("location"),
    },
    pairs,
  };
}

function pairsOf(headers: unknown, report: Report): Header[] {
  if (
    typeof headers !== "object" ||
    headers === null ||
    !(Symbol.iterator in headers)
  ) {
    report.fail("F6.01", `the headers are ${show(headers)}`);
    return [];
  }
  const pairs: Header[] = [];
  for (const header of headers as Iterable<unknown>) {
    if (!Array.isArray(header) || header.length !== 2) {
      report.fail("F6.03", `a header is ${show(header)}`);
      pairs.push(header as unknown as Header);
      continue;
    }
    const [name, value]: unknown[] = header;
    if (typeof name !== "string") {
      report.fail("F6.04", `the name of a header is ${show(name)}`);
    } else if (typeof value !== "string") {
      report.fail("F6.05", `header ${show(name)} is ${show(value)}`);
    }
    pairs.push([name as string, value as string]);
  }
  return pairs;
}

function checkName(name: string, report: Report): void {
  const said = `the name of a header is ${show(name)}`;
  if (/[\r\n:]/.test(name)) report.fail("F6.07", said);
  if (!TOKEN.test(name)) report.fail("F6.09", said);
  if (!/^[A-Za-z]/.test(name)) report.warn("F6.08", said);
  if (/[-_]$/.test(name)) report.warn("F6.10", said);
}

function checkValue(name: string, value: string, report: Report): void {
  const said = `header ${show(name)} is ${show(value)}`;
  if (/[\0\r\n]/.test(value)) report.fail("F6.13", said);
  if (/[\0-\x08\x0b-\x1f]/.test(value)) report.fail("F6.12", said);
  if (/\x7f|[^\0-\xff]/.test(value)) report.fail("F6.14", said);
  if (value.includes("\t")) report.warn("F6.12", said);
}

const ETAG = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/;
// A comma before a name and "=": in a date, as in Expires, no "=" follows before the next ";".
const JOINED_COOKIES = /,\s*[^\s;,="]+=/;

function checkKnown(
  lower: string,
  value: string,
  earlier: string | undefined,
  report: Report,
): void {
  const said = `${lower} is ${show(value)}`;
  if (lower === "status") report.fail("F6.06", said);
  if (HOP_BY_HOP.has(lower)) report.fail("F6.22", said);
  switch (lower) {
    case "content-length":
      if (!/^[0-9]+$/.test(value) || !Number.isSafeInteger(Number(value))) {
        report.fail("F6.23", said);
      } else if (earlier !== undefined && Number(earlier) !== Number(value)) {
        report.fail("F6.23", `${said}, and ${show(earlier)}`);
      }
      break;
    case "content-type":
      if (earlier !== undefined)
        report.fail("F6.24", "content-type is there twice");
      break;
    case "location":
      if (earlier !== undefined)
        report.fail("F6.24", "location is there twice");
      if (/\s/.test(value)) report.warn("F6.21", said);
      break;
    case "etag":
      if (!ETAG.test(value)) report.warn("F6.20", said);
      break;
    case "set-cookie":
      if (JOINED_COOKIES.test(value))
        report.warn("F6.25", "two cookies are in one set-cookie");
      break;
  }
}

const ABOUT_CONTENT = [
  "allow",
  "content-encoding",
  "content-language",
  "content-md5",
  "content-range",
];

function checkForCode(
  code: number,
  values: ReadonlyMap<string, string>,
  report: Report,
): void {
  if (code !== 204 && code !== 304) return;
  if (values.has("content-type")) {
    report.fail("F6.17", `status ${code} comes with content-type`);
  }
  if (values.has("content-length")) {
    const said = `status ${code} comes with content-length`;
    if (code === 204) report.fail("F6.18", said);
    else report.warn("F6.18", said);
  }
  if (code === 304) {
    for (const name of ABOUT_CONTENT) {
      if (values.has(name))
        report.warn("F6.19", `status 304 comes with ${name}`);
    }
  }
}

/** F6.16, once the first chunk, or the end, shows whether there is a body. */
export function checkContentType(
  head: Head,
  isEmpty: boolean,
  report: Report,
): void {
  if (head.hasContentType || head.hasLocation || isBodyless(head.code)) return;
  if (!isEmpty)
    report.fail("F6.16", "a response with a body has no content-type");
  else if (head.code === 200) {
    report.warn("F6.16", "a response with status 200 has no content-type");
  }
}
