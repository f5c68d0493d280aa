/** The numbers of the FastCGI specification 1.0, section 8, under its own names. */
export const FCGI = {
  VERSION_1: 1,
  HEADER_LENGTH: 8,
  /** Bytes of content one record can carry. */
  MAX_CONTENT: 65_535,
  NULL_REQUEST_ID: 0,

  BEGIN_REQUEST: 1,
  ABORT_REQUEST: 2,
  END_REQUEST: 3,
  PARAMS: 4,
  STDIN: 5,
  STDOUT: 6,
  STDERR: 7,
  DATA: 8,
  GET_VALUES: 9,
  GET_VALUES_RESULT: 10,
  UNKNOWN_TYPE: 11,

  /** A flag of BEGIN_REQUEST: the connection stays open after the request. */
  KEEP_CONN: 1,

  RESPONDER: 1,
  AUTHORIZER: 2,
  FILTER: 3,

  REQUEST_COMPLETE: 0,
  CANT_MPX_CONN: 1,
  OVERLOADED: 2,
  UNKNOWN_ROLE: 3,
} as const;

/** What a responder may be asked to be (section 6). */
export type Role = "RESPONDER" | "AUTHORIZER" | "FILTER";

/** One record, without its padding (section 3.3). */
export interface FcgiRecord {
  readonly type: number;
  /** 0 for management records. */
  readonly requestId: number;
  readonly content: Uint8Array;
}
