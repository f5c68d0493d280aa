// What the application is to blame for.
import type { Cause, Rows } from "./entry.ts";

/** The error line has the stack. */
const STACK =
  "the error line's stack: its first line of the application is the place";

function single(cause: string, cure: string, says: readonly string[]): Cause {
  return { cause, proof: STACK, cure, says };
}

/** Rows for the codes whose doing is the application's. */
export const applicationCodes: Rows<
  | "STATUS"
  | "HEADER"
  | "START_RESPONSE"
  | "BODY"
  | "CONTENT_LENGTH"
  | "ENDED"
  | "ARGUMENT"
  | "LINT"
> = {
  STATUS: {
    title: "the application answers with what is no status",
    whose: "the application",
    visitor: "500",
    causes: [
      single(
        "a status without its reason, or a code below 200 or above 599",
        'pass "404 Not Found", by statusLine(404) of tsgi; frameworks have a bug where a code is undefined',
        [
          'Cannot use status …: it must be like "200 OK", with a code from 200 to 599',
          "Cannot use status …: a code is a whole number from 100 to 599",
        ],
      ),
    ],
  },
  HEADER: {
    title: "the application sends a header that cannot be sent",
    whose: "the application",
    visitor: "500",
    options: ["--max-header-bytes"],
    causes: [
      single(
        "a value with a line break, a control character or one above U+00FF",
        "encode it (encodeURIComponent, or RFC 8187 for file names); a line break from a client is an attack",
        [
          "Cannot send header …: its value has a control character or one above U+00FF",
        ],
      ),
      single(
        "headers that are no pairs of strings, or a name that is no token",
        "pass [[name, value], …] with strings: String(length) for numbers",
        [
          "Cannot use … as headers: they must be an iterable of [name, value] pairs",
          "Cannot use … as a header: it must be an array of name and value",
          "Cannot use header name …: it is not a token",
          "Cannot send header …: its value is …, not a string",
        ],
      ),
      single(
        "a header that belongs to the web server: Connection, Transfer-Encoding, Status …",
        "leave it out; the web server sets what the connection needs",
        ["Cannot send header …: it belongs to the web server"],
      ),
      single(
        "a header twice that may be there once",
        "set it once; where middleware adds it, replace instead of append",
        ["Cannot send … twice: it may appear once"],
      ),
      single(
        "more bytes of headers than --max-header-bytes; web servers break at 4 to 8 KiB already",
        "shorter cookies, a session on the server instead of one in a cookie; the message names the header at which it was too much",
        ["Cannot send the headers: they exceed … bytes at …"],
      ),
    ],
  },
  START_RESPONSE: {
    title: "startResponse was called at the wrong time, or not at all",
    whose: "the application, or a middleware",
    visitor: "500, or a response that breaks off",
    causes: [
      single(
        "the body began, or ended, before startResponse was called",
        "call startResponse before the first chunk; in a generator, before its first yield",
        [
          "Cannot …: startResponse …",
          "Cannot end the response: startResponse was not called",
        ],
      ),
      single(
        "it was called twice",
        "only a call with an error, the third argument, may replace the first response",
        [
          "Cannot call startResponse twice: only a call with an error may replace the first",
          "Cannot start a response: another one was started while its headers were read",
        ],
      ),
    ],
  },
  BODY: {
    title: "the application returns what cannot be sent",
    whose: "the application",
    visitor: "500, or a response that breaks off",
    causes: [
      single(
        "an object, a number or undefined instead of text, bytes or an iterable of them",
        "return a string, a Uint8Array or an iterable; JSON.stringify(value), or json(value) of tsgi, for objects",
        [
          "Cannot send … as a body: return a string, bytes, or an iterable of them",
          "Cannot send … as a chunk: it is neither a string nor a Uint8Array",
        ],
      ),
      single(
        "a fetch handler returned something that is no usable Response",
        "return a new Response in every path of the handler; one that has been read or sent cannot be sent again",
        ["Cannot send the response: …"],
      ),
      single(
        "a handler destroyed its response: res.destroy(), or a stream piped into it failed",
        "handle errors of the stream: pipeline(stream, res) with a callback that answers",
        [
          "Cannot complete the response: the application destroyed its connection",
        ],
      ),
      single(
        "the body was read before the application had the request",
        "put what reads bodies (body-parser and the like) inside of the application",
        [
          "Cannot read the body: … has read it already; let the application have the request first",
        ],
      ),
    ],
  },
  CONTENT_LENGTH: {
    title: "Content-Length and body do not agree",
    whose: "the application",
    means:
      "What is too much is not sent; where bytes are missing the connection is broken, so that nobody takes a part for the whole.",
    visitor: "the response, cut to its length, or one that breaks off",
    causes: [
      single(
        "the length of the text was given instead of that of its bytes",
        "Buffer.byteLength(text); or leave the header out",
        [
          "Cannot send the whole body: it is longer than Content-Length says",
          "Cannot complete the response: … bytes are missing of what Content-Length says",
        ],
      ),
      single(
        "what is no number, or two different ones",
        "set it once, from the body that is sent",
        [
          "Cannot use Content-Length …: it is not a number of bytes",
          "Cannot send two lengths: Content-Length is … and …",
        ],
      ),
    ],
  },
  ENDED: {
    title: "something was done after the request had ended",
    whose: "the application",
    visitor:
      "the response was complete already; or 500, where the process ended",
    causes: [
      single(
        "a callback or a promise nobody awaited writes or reads too late",
        "await everything before the application's promise resolves; let tsgi.signal stop what is left",
        [
          "Cannot …: the request has ended",
          "Cannot read the body: the request has ended",
        ],
      ),
      single(
        "process.exit() was called, or nothing was left to wait for, inside a request",
        "throw an error instead; take process.exit() out of handlers (the line names file and line)",
        [
          "Cannot complete the response: the process ended before the application did",
        ],
      ),
    ],
  },
  ARGUMENT: {
    title: "a function of TSGI was called with what it cannot use",
    whose: "the application",
    visitor: "500",
    causes: [
      single(
        "a value of the wrong kind; the message names it",
        "docs/api has the function and what it takes",
        [
          "Cannot adapt …: it is neither a function (request) nor an object with fetch()",
          "Cannot serve …: it has no path",
          "Cannot wrap …: it has neither read() nor chunks to iterate",
          "Cannot wrap the file: the block size is not a number of bytes",
          "Cannot read from tsgi.input: the size is not a whole number of bytes",
          "Cannot limit the input: the limit is not a number of bytes",
          "Cannot turn text into bytes: it has a character above U+00FF",
          "Cannot send the value as JSON: it refers to itself, or has a bigint",
          "Cannot send … as JSON: it has no such form",
          "Cannot redirect with status …: use one of …",
          "Cannot redirect: the location is empty, or has blanks or control characters",
          "Cannot format the date: it is invalid",
        ],
      ),
    ],
  },
  LINT: {
    title: "the validator found that a rule of the interface is broken",
    whose: "the application, a middleware, or the server",
    means:
      "Only where it is on: tsgi preview, or --lint. The message begins with the rule's number, such as F5.02; docs/lint.md has them all.",
    visitor: "500",
    options: ["--lint"],
    causes: [
      {
        cause: "the rule that the message names",
        proof: "tsgi explain F5.02, with the number of the message",
        cure: "what that says; without --lint the request is served all the same, where it can be",
      },
    ],
  },
};
