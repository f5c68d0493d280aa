import type {
  Application,
  Environ,
  Header,
  Middleware,
  StartResponse,
  Status,
} from "../../../src/common/types.ts";
import type { Level, RuleId } from "../../../src/lint/index.ts";
import type { InProcessRequest } from "../../support/in-process.ts";

/** A row of section F with an application that breaks it and one that keeps it. */
export interface Row {
  readonly id: RuleId;
  readonly level: Level;
  /** What the breaking one does. */
  readonly name: string;
  /** `checked` puts a validator around the application. */
  readonly failing: (checked: Middleware) => Application;
  readonly passing: (checked: Middleware) => Application;
  readonly request?: InProcessRequest;
  /** Found only when the response is out, so that it cannot fail any more. */
  readonly isLate?: true;
}

export const TEXT: readonly Header[] = [["Content-Type", "text/plain"]];

/** A row about the application. */
export function row(
  id: RuleId,
  name: string,
  failing: unknown,
  passing: unknown,
  more: Partial<Row> = {},
): Row {
  return {
    id,
    name,
    level: "error",
    failing: (checked) => checked(failing as Application),
    passing: (checked) => checked(passing as Application),
    ...more,
  };
}

/** A row about who calls the application: `failing` and `passing` are middleware. */
export function callerRow(
  id: RuleId,
  name: string,
  failing: (application: AnyFunction) => unknown,
  passing: (application: AnyFunction) => unknown,
  more: Partial<Row> & { application?: Application } = {},
): Row {
  const { application = hello, ...rest } = more;
  return {
    id,
    name,
    level: "error",
    failing: (checked) =>
      failing(checked(application) as AnyFunction) as Application,
    passing: (checked) =>
      passing(checked(application) as AnyFunction) as Application,
    ...rest,
  };
}

// biome-ignore lint/complexity/noBannedTypes: what breaks a rule breaks the types, too
export type AnyFunction = Function;

export const warning: Pick<Row, "level"> = { level: "warning" };

export const hello: Application = (_environ, startResponse) => {
  startResponse("200 OK", TEXT);
  return "hello";
};

/** An application that answers with these, right or wrong. */
export function answers(
  status: unknown,
  headers: unknown,
  body: unknown = "hello",
): Application {
  return (_environ, startResponse) => {
    startResponse(status as Status, headers as Header[]);
    return body as string;
  };
}

/** An application that does something with environ first. */
export function does(
  action: (environ: Environ, startResponse: StartResponse) => unknown,
): Application {
  return async (environ, startResponse) => {
    await action(environ, startResponse);
    startResponse("200 OK", TEXT);
    return "hello";
  };
}
