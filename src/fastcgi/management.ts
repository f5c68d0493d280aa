// Management records, which concern the process and no request (FastCGI 1.0, section 4).
import type { TsgiError } from "../common/errors.ts";
import { emptyVariables } from "../common/variables.ts";
import { encodeRecord, unknownType } from "./encoder.ts";
import type { Limits } from "./options.ts";
import { decodePairs, encodePairs } from "./params.ts";
import { FCGI } from "./protocol.ts";

/** The one record that answers a management record. */
export function answerManagement(
  type: number,
  content: Uint8Array,
  limits: Limits,
): Uint8Array {
  if (type !== FCGI.GET_VALUES) return unknownType(type);
  const known = new Map([
    ["FCGI_MAX_CONNS", decimal(limits.maxConnections)],
    ["FCGI_MAX_REQS", decimal(limits.maxConcurrency + limits.maxQueue)],
    ["FCGI_MPXS_CONNS", limits.multiplex ? "1" : "0"],
  ]);
  const asked = names(content, limits);
  const values = [...known].filter(([name]) => name in asked);
  return encodeRecord(
    FCGI.GET_VALUES_RESULT,
    FCGI.NULL_REQUEST_ID,
    encodePairs(values),
  );
}

/** No more than a C program can read, and no "Infinity". */
function decimal(limit: number): string {
  return String(Math.min(limit, 0x7fff_ffff));
}

function names(content: Uint8Array, limits: Limits): object {
  const variables = emptyVariables();
  try {
    decodePairs(content, limits.maxParams, variables);
  } catch (error) {
    limits.onError(error as TsgiError);
  }
  return variables;
}
