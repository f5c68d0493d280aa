// F1 and F5 to F7: startResponse, as the application calls it.
import type { StartResponse, Status } from "../common/types.ts";
import type { Call } from "./call.ts";
import { checkHeaders } from "./headers.ts";
import { show } from "./report.ts";
import { checkStatus } from "./status.ts";
import { lintWrite } from "./write.ts";

/** startResponse for the application, with the checks of what it is called with. */
export function lintStartResponse(
  startResponse: StartResponse,
  call: Call,
): StartResponse {
  let isCalled = false;
  return (...args: unknown[]) => {
    const [status, headers, error] = args;
    const hasError = error !== undefined && error !== null;
    if (args.length < 2 || args.length > 3) {
      call.fail(
        "F1.04",
        `startResponse was called with ${args.length} arguments`,
      );
    }
    if (hasError) call.recover();
    else if (isCalled) call.fail("F1.08", "startResponse was called again");
    isCalled = true;
    if (hasError && !isError(error)) {
      call.fail("F1.09", `the error is ${show(error)}`);
    }
    const code = checkStatus(status, call);
    const isAuthorizer = call.environ.FCGI_ROLE === "AUTHORIZER";
    const { head, pairs } = checkHeaders(code, headers, isAuthorizer, call);
    try {
      const write = startResponse(
        status as Status,
        pairs,
        ...(args.slice(2) as [unknown?]),
      );
      call.head = head;
      if (typeof write === "function") return lintWrite(write, call);
      call.fail("F1.05", `startResponse returned ${show(write)}`);
      return write;
    } catch (thrown) {
      call.isRefused ||= hasError && thrown === error;
      throw thrown;
    }
  };
}

// Also of another realm.
function isError(value: unknown): boolean {
  return (
    value instanceof Error ||
    Object.prototype.toString.call(value) === "[object Error]"
  );
}
