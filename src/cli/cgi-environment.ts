import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";
import { searchPath } from "../client/environment.ts";

const COMMANDS = fileURLToPath(new URL("../../bin", import.meta.url));

/** What a CGI program gets besides a request's variables: a PATH on which `#!/usr/bin/env tsgi-cgi` is found. */
export function cgiEnvironment(): Readonly<Record<string, string>> {
  return { PATH: `${COMMANDS}${delimiter}${searchPath()}` };
}
