// The pages for a failure: for a developer, and for a visitor, in the form the client asks for.
import Negotiator from "negotiator";
import { describeError } from "../common/failure.ts";
import type { Environ, Status } from "../common/types.ts";
import { developmentHtml, visitorsHtml } from "./catch-errors-html.ts";
import {
  excerptOf,
  framesOf,
  maskedTarget,
  maskedVariables,
  nameAndMessage,
  type Report,
} from "./catch-errors-report.ts";

/** A body and its type. */
export interface Page {
  /** A value of Content-Type. */
  readonly type: string;
  readonly text: string;
}

/** All there is to know of a failure, what is secret masked. */
export function developmentPage(failure: {
  readonly error: unknown;
  readonly incident: string;
  readonly status: Status;
  readonly environ: Environ;
  readonly secrets: RegExp | undefined;
}): Page {
  const { error, environ, secrets, incident, status } = failure;
  const [name, message] = nameAndMessage(error);
  const frames = framesOf(error);
  const report: Report = {
    status,
    incident,
    name,
    message,
    method: environ.REQUEST_METHOD,
    target: maskedTarget(environ, secrets),
    frames,
    excerpt: excerptOf(frames),
    details: describeError(error),
    environ: maskedVariables(environ, secrets),
  };
  return negotiated(environ, {
    html: () => developmentHtml(report),
    json: () => ({ ...report, environ: Object.fromEntries(report.environ) }),
    text: () => developmentText(report),
  });
}

/** What a stranger may know of a failure. */
export function visitorsPage(failure: {
  readonly incident: string;
  readonly status: Status;
  readonly environ: Environ;
}): Page {
  const { status, incident, environ } = failure;
  return negotiated(environ, {
    html: () => visitorsHtml(status, incident),
    json: () => ({ status, incident }),
    text: () =>
      `${status}\n\nThe request could not be served. Incident ${incident}.\n`,
  });
}

function developmentText(report: Report): string {
  const { status, incident, method, target, details, excerpt } = report;
  const source = excerpt?.lines.map(
    ({ number, text }) =>
      `${number === excerpt.frame.line ? ">" : " "} ${String(number).padStart(5)} | ${text}`,
  );
  const environ = report.environ.map(([name, value]) => `${name}: ${value}`);
  return [
    `${status}\n\n${method} ${target}\nIncident ${incident}\n\n${details}`,
    ...(source === undefined ? [] : [source.join("\n")]),
    `${environ.join("\n")}\n`,
  ].join("\n\n");
}

// The first is for clients which take anything, such as curl.
const TYPES = ["text/plain", "text/html", "application/json"];

function negotiated(
  { HTTP_ACCEPT: accept }: Environ,
  forms: { html(): string; json(): unknown; text(): string },
): Page {
  const headers = accept === undefined ? {} : { accept };
  const type = new Negotiator({ headers }).mediaType(TYPES);
  if (type === "text/html") {
    return { type: "text/html; charset=utf-8", text: forms.html() };
  }
  if (type === "application/json") {
    return { type, text: `${JSON.stringify(forms.json())}\n` };
  }
  return { type: "text/plain; charset=utf-8", text: forms.text() };
}
