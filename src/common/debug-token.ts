// Who may see the inside of a failure: whoever sends the token, in a header that no log and no
// Referer has, unlike a query.
import { TsgiError } from "./errors.ts";
import type { Settings } from "./settings.ts";
import type { Variables } from "./variables.ts";

/** Characters a token must have, so that nobody guesses it. */
const LEAST = 16;

/** @throws {TsgiError} `CONFIG` for a token that is too short */
export function checkedToken(token: string | undefined): string | undefined {
  if (token === undefined || token.length >= LEAST) return token;
  throw new TsgiError(
    "CONFIG",
    `Cannot use a debug token of ${token.length} characters: it must have ${LEAST} or more; openssl rand -hex 16 makes one`,
  );
}

/**
 * The settings for a request: where it has the token, in X-TSGI-Debug, it is shown what failed. The
 * header is taken out of the variables: no application has a use for it, and many show what they were sent.
 */
export function settingsFor(
  variables: Variables,
  settings: Settings,
): Settings {
  const { debugToken } = settings;
  if (debugToken === undefined) return settings;
  const given = variables.HTTP_X_TSGI_DEBUG ?? "";
  delete variables.HTTP_X_TSGI_DEBUG;
  return isSame(given, debugToken)
    ? { ...settings, showErrors: true }
    : settings;
}

/** All of it is compared, wherever it differs: time must not tell how much was right. */
function isSame(given: string, token: string): boolean {
  let difference = given.length ^ token.length;
  for (let index = 0; index < token.length; index++) {
    difference |= token.charCodeAt(index) ^ given.charCodeAt(index);
  }
  return difference === 0;
}
