import type { Application } from "../../src/common/types.ts";

/** What a case asks; each front end turns it into its own request. */
export interface CaseRequest {
  /** Join the variables of `GET /`; a CONTENT_LENGTH is added for a body. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** What every front end can tell of an answer. */
export interface CaseAnswer {
  /** The value of the Status line. */
  readonly status: string | undefined;
  /** The header lines as sent, without Status. */
  readonly headers: readonly string[];
  readonly body: Buffer;
  /** What reached the error log. */
  readonly errors: string;
  /** Whether the front end reported success: exit status or appStatus 0. */
  readonly succeeded: boolean;
}

/** One case of the suite: it must turn out alike over every front end. */
export interface ConformanceCase {
  /** The ids of the clauses it shows, and what that is. */
  readonly name: string;
  readonly application: Application;
  readonly request?: CaseRequest;
  check(answer: CaseAnswer): void;
}
