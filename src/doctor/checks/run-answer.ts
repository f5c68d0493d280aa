// What an answer, and the log of a run, give away.
import type { Ending } from "../../client/backend.ts";
import type { Header } from "../../common/types.ts";
import type { Context } from "../context.ts";
import { tellingLine } from "../facts/said.ts";
import type { Found } from "../finding.ts";
import { damageIn } from "./damage.ts";

/** An answered request. */
export interface RunOutcome {
  readonly status: number;
  readonly headers: readonly Header[];
  /** All it wrote to standard error. */
  readonly errors: string;
  readonly ending: Ending;
}

/** Bytes of headers that nginx takes by default, and Apache of one line. */
const NGINX = 4_096;
const APACHE = 8_190;

/** Findings, none for a good answer. */
export function answerOf({ program }: Context, outcome: RunOutcome): Found[] {
  const { status, headers, errors, ending } = outcome;
  const where = program?.file ?? "";
  const rule = /Cannot pass (F\d\.\d\d), (.*)/.exec(errors);
  const damage = status >= 500 && program && damageIn(program, errors);
  if (damage) return [damage];
  if (status >= 500 && rule === null) {
    const said = tellingLine(errors);
    return [
      {
        code: "RUN_ERROR",
        where,
        what: `it answers ${status}${said ? `: ${said}` : ""}`,
        repair:
          "mend what the message names; docs/deployment.md has the usual ones",
      },
    ];
  }
  const found: Found[] = [];
  if (rule !== null) {
    found.push({
      code: "RULE_BROKEN",
      level: status >= 500 ? "error" : "warning",
      where,
      what: `${rule[1]}, ${rule[2]}`,
      repair: "change what the finding names; docs/lint.md has all rules",
    });
  }
  const stray =
    /what is printed to standard output goes to .*?; printed(?: at)? ?(.*)/.exec(
      errors,
    );
  if (stray !== null) {
    found.push({
      code: "STRAY_OUTPUT",
      where,
      what: `it prints to standard output, which is the response${stray[1] ? `: ${stray[1]}` : ""}`,
      repair: "console.error in its place",
    });
  }
  if (
    ending.signal !== undefined ||
    (ending.exitStatus !== 0 && status < 500)
  ) {
    found.push({
      code: "RUN_FAILED",
      where,
      what: ending.signal
        ? `after its answer it was killed by ${ending.signal}`
        : `after its answer it ended with status ${ending.exitStatus}`,
      repair: "look into the error log",
    });
  }
  return [...found, ...large(where, headers)];
}

function large(where: string, headers: readonly Header[]): Found[] {
  const sizes = headers.map(([name, value]) => name.length + value.length + 4);
  const all = sizes.reduce((sum, size) => sum + size, 0);
  const largest = headers[sizes.indexOf(Math.max(...sizes))]?.[0];
  if (all <= NGINX && Math.max(0, ...sizes) <= APACHE) return [];
  return [
    {
      code: "HEADERS_LARGE",
      where,
      what: `its response has ${all} bytes of headers, the largest of them ${largest}`,
      repair:
        "send less in it; or, for nginx, fastcgi_buffer_size 32k; fastcgi_buffers 8 32k;",
    },
  ];
}
