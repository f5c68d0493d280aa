// F1: calling conventions.
import type { Write } from "../../../src/common/types.ts";
import {
  type AnyFunction,
  answers,
  callerRow,
  type Row,
  row,
  TEXT,
} from "./row.ts";

type Loose = (...args: unknown[]) => Write;

export const callingRows: readonly Row[] = [
  callerRow(
    "F1.02",
    "a third argument",
    (application) => (environ: unknown, startResponse: unknown) =>
      application(environ, startResponse, {}),
    (application) => (environ: unknown, startResponse: unknown) =>
      application(environ, startResponse),
  ),
  row(
    "F1.04",
    "startResponse without headers",
    (_environ: unknown, startResponse: Loose) => {
      startResponse("200 OK");
      return "";
    },
    (_environ: unknown, startResponse: Loose) => {
      startResponse("200 OK", TEXT, undefined);
      return "";
    },
  ),
  callerRow(
    "F1.05",
    "startResponse returns nothing",
    (application) => (environ: unknown, startResponse: Loose) =>
      application(environ, (status: string, headers: unknown) => {
        startResponse(status, headers);
      }),
    (application) => (environ: unknown, startResponse: Loose) =>
      application(environ, (status: string, headers: unknown) =>
        startResponse(status, headers),
      ),
  ),
  row(
    "F1.06",
    "null",
    answers("200 OK", TEXT, null),
    answers("200 OK", TEXT, []),
  ),
  row(
    "F1.06",
    "a promise of undefined",
    async (_environ: unknown, startResponse: Loose) => {
      startResponse("200 OK", TEXT);
    },
    async (_environ: unknown, startResponse: Loose) => {
      startResponse("200 OK", TEXT);
      return ["a", "b"];
    },
  ),
  row(
    "F1.08",
    "startResponse twice",
    (_environ: unknown, startResponse: Loose) => {
      startResponse("200 OK", TEXT);
      startResponse("404 Not Found", TEXT);
      return "";
    },
    (_environ: unknown, startResponse: Loose) => {
      startResponse("200 OK", TEXT);
      startResponse("404 Not Found", TEXT, new Error("none"));
      return "";
    },
  ),
  row(
    "F1.09",
    "a string for an error",
    (_environ: unknown, startResponse: Loose) => {
      startResponse("500 Oops", TEXT, "boom");
      return "oops";
    },
    (_environ: unknown, startResponse: Loose) => {
      startResponse("500 Oops", TEXT, new Error("boom"));
      return "oops";
    },
  ),
  row(
    "F1.10",
    "the error thrown back is swallowed, and a chunk follows",
    function* (_environ: unknown, startResponse: Loose) {
      startResponse("200 OK", TEXT);
      yield "begun";
      try {
        startResponse("500 Oops", TEXT, new Error("boom"));
      } catch {}
      yield "more";
    },
    function* (_environ: unknown, startResponse: Loose) {
      startResponse("200 OK", TEXT);
      yield "";
      startResponse("500 Oops", TEXT, new Error("boom"));
      yield "oops";
    },
  ),
];

/** A middleware that changes nothing: the validators go outside and inside of it. */
export const transparent = (application: AnyFunction): AnyFunction =>
  function passes(...args: unknown[]) {
    const [environ, startResponse, ...rest] = args;
    const passed = (...given: unknown[]) =>
      (startResponse as AnyFunction)(...given);
    return application(environ, passed, ...rest);
  };
