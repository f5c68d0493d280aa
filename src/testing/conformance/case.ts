import type { Application, Header } from "../../common/types.ts";

/** One case of the suite: it must turn out alike on every server. */
export interface ConformanceCase {
  /** The ids of the clauses it shows, and what that is. */
  readonly name: string;
  readonly application: Application;
  readonly request: GatewayRequest;
  /** The same request in terms of HTTP, for cases that a client of the web server could ask. */
  readonly http?: HttpCaseRequest;
  /** @throws where the answer is not the right one */
  check(answer: GatewayAnswer): void;
}

/** A request as it reaches a gateway. */
export interface GatewayRequest {
  /** All of them, bytes as Latin-1 strings. */
  readonly variables: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** What a gateway tells of an answer. */
export interface GatewayAnswer {
  /** The value of the Status line. */
  readonly status: string | undefined;
  /** The header lines as sent, without Status: `"Content-Type: text/plain"`. */
  readonly headers: readonly string[];
  readonly body: Buffer;
  /** What reached the error log. */
  readonly errors: string;
  /** Whether the gateway reported success: exit status or appStatus 0. */
  readonly succeeded: boolean;
}

/** A request as a client sends it; `GET /` unless it says more. */
export interface HttpCaseRequest {
  readonly method?: string;
  readonly target?: string;
  readonly headers?: readonly Header[];
  readonly body?: string | Uint8Array;
}
