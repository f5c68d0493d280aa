// What a Request only keeps for fetch(): checked as the Fetch Standard says (section 5.4).

import { TOKEN } from "./light-headers.ts";
import { byteString, oneOf } from "./light-webidl.ts";

const CACHES = [
  "default",
  "no-store",
  "reload",
  "no-cache",
  "force-cache",
  "only-if-cached",
] as const;
const CREDENTIALS = ["omit", "same-origin", "include"] as const;
const MODES = ["navigate", "same-origin", "no-cors", "cors"] as const;
const PRIORITIES = ["high", "low", "auto"] as const;
const REDIRECTS = ["follow", "error", "manual"] as const;
const POLICIES = [
  "",
  "no-referrer",
  "no-referrer-when-downgrade",
  "same-origin",
  "origin",
  "strict-origin",
  "origin-when-cross-origin",
  "strict-origin-when-cross-origin",
  "unsafe-url",
] as const;

/** Members of a Request, and of the options for one. */
export interface Settings {
  readonly cache: (typeof CACHES)[number];
  readonly credentials: (typeof CREDENTIALS)[number];
  readonly integrity: string;
  readonly keepalive: boolean;
  readonly mode: (typeof MODES)[number];
  readonly redirect: (typeof REDIRECTS)[number];
  readonly referrer: string;
  readonly referrerPolicy: (typeof POLICIES)[number];
}

const DEFAULTS: Settings = {
  cache: "default",
  credentials: "same-origin",
  integrity: "",
  keepalive: false,
  mode: "cors",
  redirect: "follow",
  referrer: "about:client",
  referrerPolicy: "",
};

/** Of a Request that is made of another, or of a URL. @throws {TypeError} for what none may have */
export function checkedSettings(
  request: Settings | undefined,
  init: Partial<Settings> & {
    readonly priority?: string;
    readonly window?: unknown;
  },
): Settings {
  if (init.window !== undefined && init.window !== null) {
    throw new TypeError("Cannot make a Request: its window is not null");
  }
  if (init.priority !== undefined) oneOf("priority", init.priority, PRIORITIES);
  const base = baseOf(request, init);
  const { integrity, keepalive, referrer } = init;
  const settings: Settings = {
    cache: told("cache", init, base, CACHES),
    credentials: told("credentials", init, base, CREDENTIALS),
    integrity: integrity === undefined ? base.integrity : `${integrity}`,
    keepalive: keepalive === undefined ? base.keepalive : Boolean(keepalive),
    mode: told("mode", init, base, MODES),
    redirect: told("redirect", init, base, REDIRECTS),
    referrer: referrer === undefined ? base.referrer : referrerOf(referrer),
    referrerPolicy: told("referrerPolicy", init, base, POLICIES),
  };
  if (settings.mode === "navigate") {
    throw new TypeError("Cannot make a Request: only browsers navigate");
  }
  if (settings.cache === "only-if-cached" && settings.mode !== "same-origin") {
    throw new TypeError(
      'Cannot take cache "only-if-cached": mode is not "same-origin"',
    );
  }
  return settings;
}

/** An absolute URL. @throws {TypeError} for a relative one, or one with a password */
export function checkedUrl(input: unknown): string {
  const url = new URL(`${input}`);
  if (url.username === "" && url.password === "") return url.href;
  throw new TypeError(
    "Cannot make a Request: its URL has a user or a password",
  );
}

/** In upper case where the standard has it so. @throws {TypeError} for those that it forbids */
export function checkedMethod(value: unknown, mode: Settings["mode"]): string {
  const method = byteString(value);
  if (!TOKEN.test(method) || FORBIDDEN.test(method)) {
    throw new TypeError(
      `Cannot make a Request with the method ${JSON.stringify(method)}`,
    );
  }
  if (mode === "no-cors" && !SIMPLE.test(method)) {
    throw new TypeError(
      `Cannot make a Request with the method ${method}: mode is "no-cors"`,
    );
  }
  return NORMALISED.test(method) ? method.toUpperCase() : method;
}

const FORBIDDEN = /^(?:connect|trace|track)$/i;
const SIMPLE = /^(?:get|head|post)$/i;
const NORMALISED = /^(?:delete|get|head|options|post|put)$/i;

/** Whoever asks for something else does not ask on behalf of who referred to the first. */
function baseOf(request: Settings | undefined, init: object): Settings {
  if (request === undefined) return DEFAULTS;
  const isOther = Object.values(init).some((value) => value !== undefined);
  const { referrer, referrerPolicy } = isOther ? DEFAULTS : request;
  const { cache, credentials, integrity, keepalive, mode, redirect } = request;
  return {
    cache,
    credentials,
    integrity,
    keepalive,
    mode,
    redirect,
    referrer,
    referrerPolicy,
  };
}

function told<K extends keyof Settings>(
  name: K,
  init: Partial<Settings>,
  base: Settings,
  allowed: readonly (Settings[K] & string)[],
): Settings[K] & string {
  return oneOf(
    name,
    init[name] === undefined ? base[name] : init[name],
    allowed,
  );
}

function referrerOf(value: unknown): string {
  const text = `${value}`;
  return text === "" ? "" : new URL(text).href;
}
