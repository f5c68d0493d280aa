// A case in terms of HTTP, and what most of them are made of.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type {
  Application,
  Chunk,
  Environ,
  Header,
  Status,
} from "../../common/types.ts";
import type { HttpCaseRequest } from "./case.ts";

/** A case that knows nothing of how its request travels. */
export interface HttpCase extends HttpCaseRequest {
  /** Begins with the case's number in Plack::Test::Suite. */
  readonly name: string;
  readonly application: Application;
  /** @throws where the response is not the right one */
  check(response: CaseResponse): void;
}

/** What the client got. */
export interface CaseResponse {
  readonly status: string | undefined;
  /** Several of one name are joined with `", "`. */
  header(name: string): string | undefined;
  readonly text: string;
  readonly body: Uint8Array;
}

/** Headers of a text. */
export const TEXT: readonly Header[] = [["Content-Type", "text/plain"]];

/** Answers with what `value` finds in the environ. */
export function echo(
  value: (environ: Environ) => Chunk | undefined | Promise<Chunk | undefined>,
): Application {
  return async (environ, startResponse) => {
    startResponse("200 OK", TEXT);
    return (await value(environ)) ?? "undefined";
  };
}

/** Answers every request with this. */
export function answer(
  status: Status,
  headers: readonly Header[],
  ...body: Chunk[]
): Application {
  return (_environ, startResponse) => {
    startResponse(status, headers);
    return body;
  };
}

/** A check of the body, of a successful response. */
export function is(expected: string): (response: CaseResponse) => void {
  return ({ status, text }) => {
    assert.equal(text, expected);
    assert.equal(status, "200 OK");
  };
}

/** Length and MD5, for bodies that are too large to compare in a message. */
export function digest(bytes: Uint8Array): string {
  return `${bytes.length} ${createHash("md5").update(bytes).digest("hex")}`;
}
