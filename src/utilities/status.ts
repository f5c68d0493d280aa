// Status lines, and dates as headers have them.
import { TsgiError } from "../common/errors.ts";
import type { Status } from "../common/types.ts";

// IANA's registry of status codes. node:http has a table too, at the price of half a CGI start.
const REASONS: Readonly<Record<number, string>> = {
  100: "Continue",
  101: "Switching Protocols",
  102: "Processing",
  103: "Early Hints",
  200: "OK",
  201: "Created",
  202: "Accepted",
  203: "Non-Authoritative Information",
  204: "No Content",
  205: "Reset Content",
  206: "Partial Content",
  207: "Multi-Status",
  208: "Already Reported",
  226: "IM Used",
  300: "Multiple Choices",
  301: "Moved Permanently",
  302: "Found",
  303: "See Other",
  304: "Not Modified",
  305: "Use Proxy",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  407: "Proxy Authentication Required",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  411: "Length Required",
  412: "Precondition Failed",
  413: "Content Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  417: "Expectation Failed",
  418: "I'm a Teapot",
  421: "Misdirected Request",
  422: "Unprocessable Content",
  423: "Locked",
  424: "Failed Dependency",
  425: "Too Early",
  426: "Upgrade Required",
  428: "Precondition Required",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  451: "Unavailable For Legal Reasons",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
  506: "Variant Also Negotiates",
  507: "Insufficient Storage",
  508: "Loop Detected",
  510: "Not Extended",
  511: "Network Authentication Required",
};

// RFC 9110, section 15: who does not know a code treats it as the first of its class.
const CLASSES = [
  "Informational",
  "Successful",
  "Redirection",
  "Client Error",
  "Server Error",
];

/** `"404 Not Found"` for 404; a code without a name gets that of its class. @throws {TsgiError} `STATUS` outside 100 to 599 */
export function statusLine(code: number): Status {
  if (!Number.isInteger(code) || code < 100 || code > 599) {
    throw new TsgiError(
      "STATUS",
      `Cannot use status ${code}: a code is a whole number from 100 to 599`,
    );
  }
  const reason = REASONS[code] ?? CLASSES[Math.floor(code / 100) - 1] ?? "";
  return `${code} ${reason}`;
}

/** Whether a response of this status never has a body: 1xx, 204 and 304 (RFC 9110, section 6.4.1). A 205 has an empty one. */
export function statusHasNoBody(code: number): boolean {
  return (code >= 100 && code < 200) || code === 204 || code === 304;
}

/**
 * A date as Date, Last-Modified and Expires have it, in seconds and UTC (RFC 9110, section 5.6.7).
 *
 * @param date a Date, or milliseconds since 1970
 * @throws {TsgiError} `ARGUMENT` where that is no date
 */
export function formatHttpDate(date: Date | number): string {
  const value = new Date(date);
  if (Number.isNaN(value.getTime())) {
    throw new TsgiError("ARGUMENT", "Cannot format the date: it is invalid");
  }
  return value.toUTCString();
}
