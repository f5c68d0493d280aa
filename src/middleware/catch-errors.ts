// A page for an application that failed, and an entry in the log with the same incident id.
import { closerOf, isIterable, notABody } from "../common/body.ts";
import { isBytes, toBytes } from "../common/chunk.ts";
import { TsgiError } from "../common/errors.ts";
import { comesOfAbort, incidentId, statusFor } from "../common/failure.ts";
import { RequestLog } from "../common/request-log.ts";
import type {
  Chunk,
  Environ,
  Middleware,
  StartResponse,
  Status,
} from "../common/types.ts";
import type { Variables } from "../common/variables.ts";
import { wrapIterable } from "../utilities/map-body.ts";
import { statusLine } from "../utilities/status.ts";
import { developmentPage, visitorsPage } from "./catch-errors-page.ts";

/** Who sees the pages of {@link catchErrors}. */
export interface CatchErrorsOptions {
  /** Shows stack, source and environ instead of an incident id. Never where strangers can see it. */
  readonly development?: boolean;
  /** Names of variables and query parameters to mask on that page, besides Authorization, Cookie and the like. */
  readonly secrets?: RegExp;
}

/**
 * Answers in the application's place where it throws, also while its body is iterated, as long as
 * nothing was sent; after that it rethrows, and the server cuts the response off. HTML, JSON or text,
 * by Accept. An error with a `status` of 400 to 599 (http-errors) is answered with that.
 */
export function catchErrors(options: CatchErrorsOptions = {}): Middleware {
  return (application) => async (environ, startResponse) => {
    let isStarted = false;
    const start: StartResponse = (...stated) => {
      isStarted = true;
      return startResponse(...stated);
    };
    const respond = (error: unknown): Chunk =>
      answer(error, environ, startResponse, options);
    const checkStarted = (): void => {
      if (!isStarted) {
        throw new TsgiError(
          "START_RESPONSE",
          "Cannot end the response: startResponse was not called",
        );
      }
    };
    let close: (() => unknown) | undefined;
    try {
      const body = await application(environ, start);
      close = closerOf(body);
      if (typeof body === "string" || isBytes(body)) {
        checkStarted();
        return body;
      }
      if (!isIterable(body)) throw notABody(body);
      if (Array.isArray(body) && body.length < 2) {
        checkStarted();
        body.forEach(checked);
        return body;
      }
      const steps = {
        map: checked,
        end: (): Chunk => {
          checkStarted();
          return "";
        },
        fail: respond,
      };
      return wrapIterable(body as Iterable<Chunk>, steps, () => close?.());
    } catch (error) {
      const chunk = respond(error);
      return close === undefined ? chunk : Object.assign([chunk], { close });
    }
  };
}

/** @throws the error, where a response is on its way or nobody waits for one */
function answer(
  error: unknown,
  environ: Environ,
  startResponse: StartResponse,
  { development = false, secrets }: CatchErrorsOptions,
): Chunk {
  if (comesOfAbort(error) && environ["tsgi.signal"].aborted) throw error;
  const incident = incidentId();
  const status = statusOf(error);
  const { type, text } = development
    ? developmentPage({ error, incident, status, environ, secrets })
    : visitorsPage({ incident, status, environ });
  startResponse(
    status,
    [
      ["Content-Type", type],
      ["Cache-Control", "no-store"],
      [
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'",
      ],
      ["X-Content-Type-Options", "nosniff"],
    ],
    // Only a value that is there counts as an error (docs/specification.md, A6.08).
    error ?? new Error(`The application threw ${error}`),
  );
  const log = new RequestLog(
    environ["tsgi.errors"],
    environ as unknown as Variables,
    new Set(),
  );
  log.failure(error, `incident ${incident}`);
  return environ.REQUEST_METHOD === "HEAD" ? "" : text;
}

function statusOf(error: unknown): Status {
  try {
    const { status, statusCode } = Object(error);
    const code: unknown = status ?? statusCode;
    if (typeof code === "number" && code >= 400) return statusLine(code);
  } catch {
    // A getter that throws, or no status of HTTP.
  }
  return statusFor(error);
}

/** @throws {TsgiError} `BODY` for what is no chunk, while the page can still say so */
function checked(chunk: Chunk): Chunk {
  return typeof chunk === "string" ? chunk : toBytes(chunk);
}
