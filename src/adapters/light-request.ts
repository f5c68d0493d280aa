// Request as the Fetch Standard has it (section 5.4), for processes that serve one request.
import { Body, contentOf, isBody, setContent } from "./light-body.ts";
import { copyHeaders, Headers } from "./light-headers.ts";
import type { HeadersInit } from "./light-headers-init.ts";
import { requestContent } from "./light-request-content.ts";
import {
  checkedMethod,
  checkedSettings,
  checkedUrl,
  type Settings,
} from "./light-request-settings.ts";
import { checkedSignal, following } from "./light-signal.ts";
import {
  dictionary,
  isTagged,
  makeEnumerable,
  showAccessors,
} from "./light-webidl.ts";

/** The second argument of the constructor. */
export interface RequestInit extends Partial<Settings> {
  readonly body?: unknown;
  readonly duplex?: string;
  readonly headers?: HeadersInit;
  readonly method?: string;
  readonly priority?: string;
  readonly signal?: AbortSignal | null;
  readonly window?: null;
}

/** Those of a Request besides, in the order in which Node shows them. */
const ACCESSORS = [
  "method",
  "url",
  "headers",
  "destination",
  "referrer",
  "referrerPolicy",
  "mode",
  "credentials",
  "cache",
  "redirect",
  "integrity",
  "keepalive",
  "isReloadNavigation",
  "isHistoryNavigation",
  "signal",
];

/** What is asked for. */
export class Request extends Body {
  readonly #url: string;
  readonly #method: string;
  #headers: Headers;
  readonly #settings: Settings;
  readonly #followed: AbortSignal | undefined;
  #signal: AbortSignal | undefined;

  constructor(input: Request | URL | string, options: RequestInit | null = {}) {
    super();
    const init = dictionary(options);
    const base = isRequest(input) ? input : undefined;
    this.#url = base?.url ?? checkedUrl(input);
    this.#settings = checkedSettings(base, init);
    const { method = base?.method ?? "GET" } = init;
    this.#method = checkedMethod(method, this.#settings.mode);
    this.#followed = checkedSignal(init.signal, base);
    this.#headers = headersOf(base, init.headers);
    const { content, type } = requestContent(this, base, init);
    setContent(this, content);
    if (type !== undefined && !this.#headers.has("content-type")) {
      this.#headers.append("content-type", type);
    }
  }

  get method(): string {
    return this.#method;
  }

  get url(): string {
    return this.#url;
  }

  override get headers(): Headers {
    return this.#headers;
  }

  get destination(): "" {
    return "";
  }

  get referrer(): string {
    return this.#settings.referrer;
  }

  get referrerPolicy(): Settings["referrerPolicy"] {
    return this.#settings.referrerPolicy;
  }

  get mode(): Settings["mode"] {
    return this.#settings.mode;
  }

  get credentials(): Settings["credentials"] {
    return this.#settings.credentials;
  }

  get cache(): Settings["cache"] {
    return this.#settings.cache;
  }

  get redirect(): Settings["redirect"] {
    return this.#settings.redirect;
  }

  get integrity(): string {
    return this.#settings.integrity;
  }

  get keepalive(): boolean {
    return this.#settings.keepalive;
  }

  get isReloadNavigation(): boolean {
    return false;
  }

  get isHistoryNavigation(): boolean {
    return false;
  }

  get duplex(): "half" {
    return "half";
  }

  /** Made when asked for, since hardly anybody does. */
  get signal(): AbortSignal {
    this.#signal ??= following(this.#followed);
    return this.#signal;
  }

  clone(): Request {
    const content = contentOf(this)?.clone();
    const copy = new Request(this.#url, {
      ...this.#settings,
      method: this.#method,
      signal: this.#followed ?? null,
    });
    copy.#headers = copyHeaders(this.#headers);
    setContent(copy, content);
    return copy;
  }

  get [Symbol.toStringTag](): string {
    return "Request";
  }
}

makeEnumerable(Request.prototype);
showAccessors(Request.prototype, ACCESSORS);

function headersOf(
  base: Pick<Request, "headers"> | undefined,
  init: HeadersInit | undefined,
): Headers {
  if (init !== undefined) return new Headers(init);
  const headers = base?.headers;
  return isBody(base) ? copyHeaders(base.headers) : new Headers(headers);
}

/** Also one of another library. */
function isRequest(input: unknown): input is Request {
  return isTagged(input, "Request");
}
