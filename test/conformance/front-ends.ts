// Runs all cases over one front end.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CaseAnswer, ConformanceCase } from "./case.ts";
import { cases as wireCases } from "./cases.ts";
import { differs, type FrontEnd } from "./differences.ts";
import { fromHttp } from "./from-http.ts";
import { cases as httpCases } from "./suite.ts";

export const cases: readonly ConformanceCase[] = [
  ...httpCases.map(fromHttp),
  ...wireCases,
];

/** Registers a test a case. `ask` sends its request through the front end. */
export function conformance(
  frontEnd: FrontEnd,
  ask: (one: ConformanceCase, index: number) => Promise<CaseAnswer>,
): void {
  for (const [index, one] of cases.entries()) {
    test(`${one.name} (${frontEnd})`, async () => {
      const answer = await ask(one, index);
      if (differs(frontEnd, one.name)) assert.throws(() => one.check(answer));
      else one.check(answer);
    });
  }
}

/** Splits a CGI response as a web server does. */
export function readAnswer(
  bytes: Buffer,
  errors: string,
  succeeded: boolean,
): CaseAnswer {
  const end = bytes.indexOf("\r\n\r\n");
  const lines = end < 0 ? [] : bytes.toString("latin1", 0, end).split("\r\n");
  const status = lines.find((line) => line.startsWith("Status: "));
  return {
    status: status?.slice("Status: ".length),
    headers: lines.filter((line) => line !== status),
    body: end < 0 ? Buffer.alloc(0) : bytes.subarray(end + 4),
    errors,
    succeeded,
  };
}

/** The variables of a case's request, with the length of its body. */
export function variablesOf(one: ConformanceCase): Record<string, string> {
  const { variables, body } = one.request ?? {};
  const length: Record<string, string> = {};
  if (body !== undefined) length.CONTENT_LENGTH = `${Buffer.byteLength(body)}`;
  return {
    GATEWAY_INTERFACE: "CGI/1.1",
    REQUEST_METHOD: "GET",
    SCRIPT_NAME: "",
    PATH_INFO: "/",
    QUERY_STRING: "",
    SERVER_NAME: "127.0.0.1",
    SERVER_PORT: "80",
    SERVER_PROTOCOL: "HTTP/1.1",
    ...length,
    ...variables,
  };
}
