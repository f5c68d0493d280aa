import type { ErrorStream } from "../common/types.ts";
import { writeAll } from "./descriptor.ts";

const STDERR = 2;

/** tsgi.errors of a CGI program: descriptor 2, which the web server puts into its log. */
export const cgiErrors: ErrorStream = {
  write(text) {
    try {
      writeAll(STDERR, Buffer.from(String(text)));
    } catch {
      // A log that is gone must not fail the request.
    }
  },
  writelines(texts) {
    for (const text of texts) this.write(text);
  },
  flush: () => Promise.resolve(),
};
