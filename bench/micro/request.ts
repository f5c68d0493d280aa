// The request that all stops are measured with: the one load/requests.ts makes of a GET through nginx.
import type { RequestParts } from "../../src/common/environ.ts";
import type { Output } from "../../src/common/output.ts";
import { type Settings, settingsFrom } from "../../src/common/settings.ts";
import type { Application } from "../../src/common/types.ts";
import { emptyVariables, type Variables } from "../../src/common/variables.ts";
import { encodePairs } from "../../src/fastcgi/params.ts";
import { encodeRequest, paramsOf } from "../load/requests.ts";

const TARGET = "/app/hello";
const PAIRS = paramsOf(TARGET);

/** All its records in one piece. */
export const wire: Uint8Array = encodeRequest({
  protocol: "fastcgi",
  path: TARGET,
  kept: true,
});

/** Its params alone. */
export const params: Uint8Array = encodePairs(PAIRS);

/** As the decoder makes them: an environ is made of them in place, so each run needs its own. */
export function variables(): Variables {
  const result = emptyVariables();
  for (const [name, value] of PAIRS) result[name] = value;
  return result;
}

/** What the FastCGI front end uses unless told otherwise, with a mount. */
export const settings: Settings = settingsFrom(
  { mount: "/app" },
  { multiprocess: false, runOnce: false, concurrent: true },
);

const errors = { write() {}, writelines() {}, flush: async () => {} };

/** Without a body. */
export function parts(): RequestParts {
  return { variables: variables(), body: { next: () => undefined }, errors };
}

/** Takes all and keeps nothing. */
export const nowhere: Output = {
  start: () => undefined,
  write: () => undefined,
  complete() {},
  end() {},
};

export const HEADERS: readonly (readonly [string, string])[] = [
  ["Content-Type", "text/plain"],
  ["Content-Length", "14"],
];

export const hello: Application = (_environ, startResponse) => {
  startResponse("200 OK", HEADERS);
  return "Hello, world!\n";
};
