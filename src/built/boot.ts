// The JavaScript a built file begins with, as a web server or a shell starts it. It is compiled for
// old syntax, so that an old Node can say that it is too old.
import { fail } from "./answer.ts";
import { isTooOld, NEEDED, TOO_OLD_STATUS } from "./needed-node.ts";
import { start } from "./start.ts";

/** Of the built file. */
declare const require: NodeJS.Require;
declare const __filename: string;
/** What Node has made of it. */
declare const __self: () => unknown;

/** A thread gets what precedes the program on Node's command line, and so this file, once more. */
const isThread = Reflect.has(process.chdir, "disabled");

if (!isThread) {
  if (isTooOld(process.versions.node)) {
    // The shell looks for another one.
    if (process.env.TSGI_GUARD !== undefined) process.exit(TOO_OLD_STATUS);
    const found = `${process.execPath} is Node ${process.versions.node}`;
    const cure = "build the file with --node and the path of a newer one";
    fail(
      "NODE_TOO_OLD",
      `Cannot start: ${found}, and this needs ${NEEDED}; ${cure}`,
    );
  }
  start(__filename, require, sourceOf(__self));
}

/** The text of the file, within what Node puts around it: to read it once more would take as long as all of this. */
function sourceOf(self: () => unknown): string {
  const text = Function.prototype.toString.call(self);
  return text.slice(text.indexOf("{\n") + "{\n".length, -"\n}".length);
}
