import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";

const COMMANDS = fileURLToPath(new URL("../../bin", import.meta.url));

/** What a CGI program gets besides a request's variables: a PATH on which `#!/usr/bin/env tsgi-cgi` is found. */
export function cgiEnvironment(): Readonly<Record<string, string>> {
  const path = process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin";
  return { PATH: `${COMMANDS}${delimiter}${path}` };
}
