import { isThenable } from "../common/thenable.ts";
import type {
  Application,
  Environ,
  FileWrapper,
  Input,
  ResponseBody,
  StartResponse,
} from "../common/types.ts";
import { lintBody } from "./body.ts";
import { Call } from "./call.ts";
import { checkEnviron } from "./environ.ts";
import { lintErrors } from "./errors.ts";
import { Findings, LintError, type LintOptions } from "./finding.ts";
import { lintInput } from "./input.ts";
import { show } from "./report.ts";
import { lintStartResponse } from "./start-response.ts";

/**
 * Checks an application and whoever calls it against TSGI 1.0 (docs/lint.md has the table). A breach
 * fails the request with a {@link LintError}, what is only doubtful is reported; all else passes unchanged.
 * In a chain of middleware every link may be wrapped.
 *
 * @throws {LintError} for what is not a function
 */
export function lint(
  application: Application,
  options: LintOptions = {},
): Application {
  const findings = new Findings(options);
  if (typeof application !== "function") {
    const error = findings.error("F1.01", `lint() has ${show(application)}`);
    if (error !== undefined) throw error;
  }
  return (...args: unknown[]) => {
    const [environ, startResponse] = args as [Environ, StartResponse];
    const call = new Call(environ, findings);
    if (args.length !== 2) {
      call.fail("F1.02", `the application has ${args.length} arguments`);
    }
    if (checkEnviron(environ, call)) replaceStreams(environ, call);
    const checked = lintStartResponse(startResponse, call);
    try {
      const result = application(environ, checked);
      if (isThenable(result)) return settled(result, call);
      return returned(result, call);
    } catch (error) {
      call.hasReturned = true;
      throw error;
    }
  };
}

async function settled(
  result: PromiseLike<ResponseBody>,
  call: Call,
): Promise<ResponseBody> {
  try {
    return returned(await result, call);
  } finally {
    call.hasReturned = true;
  }
}

function returned(body: unknown, call: Call): ResponseBody {
  call.hasReturned = true;
  return lintBody(body, call) as ResponseBody;
}

function replaceStreams(environ: Environ, call: Call): void {
  const input = lintInput(
    environ["tsgi.input"],
    "tsgi.input",
    environ.CONTENT_LENGTH,
    call,
  );
  environ["tsgi.input"] = input;
  const { "tsgi.data": data, "tsgi.file_wrapper": wrapper } = environ;
  if (data !== undefined) {
    const length = environ["FCGI_DATA_LENGTH" as "HTTP_"];
    environ["tsgi.data"] = lintInput(data, "tsgi.data", length, call);
  }
  environ["tsgi.errors"] = lintErrors(environ["tsgi.errors"], call);
  if (wrapper !== undefined) {
    environ["tsgi.file_wrapper"] = lintFileWrapper(wrapper, input);
  }
}

/** The input may be sent back as a file, but the server would close it then. */
function lintFileWrapper(wrapper: FileWrapper, input: Input): FileWrapper {
  return (file, ...rest) =>
    wrapper(
      file === input
        ? { [Symbol.asyncIterator]: () => input[Symbol.asyncIterator]() }
        : file,
      ...rest,
    );
}
