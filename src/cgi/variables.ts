// Stop 2 of a request: the process's environment as bytes (RFC 3875, section 4.1).
import { readFileSync } from "node:fs";
import { emptyVariables, type Variables } from "../common/variables.ts";

const NON_ASCII = /[^\0-\x7f]/;
const CONTROL = /[\0-\x1f\x7f]/;
/** What Node puts for bytes that are not UTF-8. */
const LOST = "\ufffd";

/**
 * The environment as Latin-1 strings. Node decodes it as UTF-8 and loses other bytes; those are
 * found again in /proc where there is one (Linux), else they stay U+FFFD in UTF-8.
 */
export function cgiVariables(): Variables {
  const variables = emptyVariables();
  let original: Map<string, string> | undefined;
  for (const name in process.env) {
    const value = process.env[name] as string;
    if (CONTROL.test(name)) continue;
    if (!NON_ASCII.test(value)) {
      variables[name] = value;
    } else if (value.includes(LOST)) {
      original ??= originalEnvironment();
      const bytes = original.get(name);
      variables[name] = isSame(bytes, value) ? bytes : latin1(value);
    } else {
      variables[name] = latin1(value);
    }
  }
  return variables;
}

/** A client's "Proxy:" header must not become the proxy of HTTP clients in this process. https://httpoxy.org/ */
export function dropProxyVariable(): void {
  delete process.env.HTTP_PROXY;
}

function latin1(value: string): string {
  return Buffer.from(value).toString("latin1");
}

function isSame(bytes: string | undefined, value: string): bytes is string {
  return (
    bytes !== undefined && Buffer.from(bytes, "latin1").toString() === value
  );
}

/** The environment this process was started with, in Latin-1. */
function originalEnvironment(): Map<string, string> {
  const entries = new Map<string, string>();
  try {
    const text = readFileSync("/proc/self/environ", "latin1");
    for (const entry of text.split("\0")) {
      const equals = entry.indexOf("=");
      entries.set(entry.slice(0, equals), entry.slice(equals + 1));
    }
  } catch {
    // No /proc: what was lost stays lost.
  }
  return entries;
}
