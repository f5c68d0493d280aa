// F2: environ, as a server or middleware passes it on.
import { DIGITS, TOKEN } from "../common/grammar.ts";
import { type Report, show } from "./report.ts";
import type { RuleId } from "./rules.ts";
import { checkTsgiKeys } from "./tsgi-keys.ts";

/** @returns whether it is an object at all, so that there is more to check */
export function checkEnviron(environ: unknown, report: Report): boolean {
  if (!isPlainObject(environ)) {
    report.fail("F2.01", `environ is ${show(environ)}`);
    return false;
  }
  if (!Object.isExtensible(environ)) {
    report.fail("F2.02", "environ cannot be extended");
  }
  const [symbol] = Object.getOwnPropertySymbols(environ);
  if (symbol !== undefined) report.fail("F2.03", `${String(symbol)} is a key`);
  checkPresence(environ, report);
  for (const name in environ) {
    if (!name.includes(".")) checkVariable(name, environ[name], report);
  }
  checkServer(environ, report);
  checkPath(environ, report);
  checkRequest(environ, report);
  checkTsgiKeys(environ, report);
  return true;
}

type Variables = Readonly<Record<string, unknown>>;

// Also of another realm, whose Object.prototype is not ours.
function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

const REQUIRED: readonly (readonly [RuleId, string])[] = [
  ["F2.04", "REQUEST_METHOD"],
  ["F2.05", "SERVER_NAME"],
  ["F2.06", "SERVER_PORT"],
  ["F2.09", "SERVER_PROTOCOL"],
  ["F2.11", "QUERY_STRING"],
  ["F2.12", "SCRIPT_NAME"],
  ["F2.13", "PATH_INFO"],
];

function checkPresence(environ: Variables, report: Report): void {
  for (const [id, name] of REQUIRED) {
    if (!(name in environ)) report.fail(id, `${name} is missing`);
  }
}

function checkVariable(name: string, value: unknown, report: Report): void {
  if (typeof value !== "string") {
    report.fail("F2.26", `${show(name)} is ${show(value)}`);
    return;
  }
  if (/[^\0-\xff]/.test(value)) {
    report.fail("F2.27", `${show(name)} has a character above U+00FF`);
  }
  if (/[\0-\x1f\x7f]/.test(value)) {
    report.warn("F2.28", `${show(name)} is ${show(value)}`);
  }
  if (name === "HTTP_CONTENT_TYPE" || name === "HTTP_CONTENT_LENGTH") {
    report.fail("F2.23", `${name} is ${show(value)}`);
  }
  if (name === "HTTP_PROXY") {
    report.fail("F2.25", `HTTP_PROXY is ${show(value)}`);
  }
}

const HOST = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~%!$&'()*+,;=-]+)$/;
const BARE_IPV6 = /^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]+$/;

function checkServer(environ: Variables, report: Report): void {
  const name = text(environ.SERVER_NAME);
  if (name === "") report.fail("F2.07", "SERVER_NAME is empty");
  else if (name !== undefined && !HOST.test(name) && !BARE_IPV6.test(name)) {
    report.warn("F2.07", `SERVER_NAME is ${show(name)}`);
  }
  const port = text(environ.SERVER_PORT);
  if (port !== undefined && !DIGITS.test(port)) {
    report.fail("F2.08", `SERVER_PORT is ${show(port)}`);
  }
  const protocol = text(environ.SERVER_PROTOCOL);
  if (protocol === undefined || protocol === "INCLUDED") return;
  if (!/^HTTP\/[0-9](?:\.[0-9])?$/.test(protocol)) {
    report.fail("F2.10", `SERVER_PROTOCOL is ${show(protocol)}`);
  }
}

function checkPath(environ: Variables, report: Report): void {
  const script = text(environ.SCRIPT_NAME);
  const path = text(environ.PATH_INFO);
  if (script === "/") report.fail("F2.15", 'SCRIPT_NAME is "/"');
  else if (script && !script.startsWith("/")) {
    report.fail("F2.14", `SCRIPT_NAME is ${show(script)}`);
  }
  if (path === "*") {
    if (environ.REQUEST_METHOD !== "OPTIONS") {
      report.fail(
        "F2.18",
        `PATH_INFO is "*" for ${show(environ.REQUEST_METHOD)}`,
      );
    }
  } else if (path && !path.startsWith("/")) {
    report.fail("F2.16", `PATH_INFO is ${show(path)}`);
  }
  if (script === "" && path === "") {
    report.fail("F2.17", "SCRIPT_NAME and PATH_INFO are both empty");
  }
}

// RFC 9110, section 9, RFC 5789, and those of WebDAV and its kin which are in use.
const METHODS: ReadonlySet<string> = new Set(
  `GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH QUERY ACL BIND CHECKOUT COPY LINK LOCK M-SEARCH
  MERGE MKACTIVITY MKCALENDAR MKCOL MOVE NOTIFY PROPFIND PROPPATCH PURGE REBIND REPORT SEARCH SOURCE
  SUBSCRIBE UNBIND UNLINK UNLOCK UNSUBSCRIBE`.split(/\s+/),
);

function checkRequest(environ: Variables, report: Report): void {
  const method = text(environ.REQUEST_METHOD);
  if (method !== undefined && !TOKEN.test(method)) {
    report.fail("F2.21", `REQUEST_METHOD is ${show(method)}`);
  } else if (method !== undefined && !METHODS.has(method)) {
    report.warn("F2.20", `REQUEST_METHOD is ${show(method)}`);
  }
  const length = text(environ.CONTENT_LENGTH);
  if (length !== undefined && !DIGITS.test(length)) {
    report.fail("F2.22", `CONTENT_LENGTH is ${show(length)}`);
  }
  const host = text(environ.HTTP_HOST);
  if (host !== undefined && !HOST.test(host.replace(/:[0-9]*$/, ""))) {
    report.warn("F2.24", `HTTP_HOST is ${show(host)}`);
  }
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
