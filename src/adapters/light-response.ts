// Response as the Fetch Standard has it (section 5.5), for processes that serve one request.
import { Body, contentOf, setContent } from "./light-body.ts";
import { Content } from "./light-content.ts";
import { type Extracted, extract } from "./light-extract.ts";
import { copyHeaders, fill, freeze, Headers } from "./light-headers.ts";
import { type HeadersInit, headerPairs } from "./light-headers-init.ts";
import { acceptNative } from "./light-native.ts";
import {
  byteString,
  dictionary,
  makeEnumerable,
  showAccessors,
  unsignedShort,
} from "./light-webidl.ts";

/** The second argument of the constructor. */
export interface ResponseInit {
  readonly headers?: HeadersInit;
  readonly status?: number;
  readonly statusText?: string;
}

const NULL_BODY_STATUSES: readonly number[] = [101, 103, 204, 205, 304];
const REDIRECT_STATUSES: readonly number[] = [301, 302, 303, 307, 308];

const ACCESSORS = [
  "status",
  "statusText",
  "headers",
  "body",
  "bodyUsed",
  "ok",
  "redirected",
  "type",
  "url",
];

/** An answer. Those of fetch() are instances, too. */
export class Response extends Body {
  #headers: Headers = new Headers();
  #status: number;
  #statusText: string;
  #type: "default" | "error" = "default";

  constructor(body: unknown = null, init: ResponseInit | null = {}) {
    super();
    const extracted = body === null ? undefined : extract(body);
    const { headers = [], status = 200, statusText = "" } = dictionary(init);
    // All are converted before any is looked at, as Web IDL has it: that tells which error is thrown.
    const pairs = headerPairs(headers);
    const code = unsignedShort(status);
    const text = byteString(statusText);
    this.#status = checkedStatus(code);
    this.#statusText = checkedReason(text);
    fill(this.#headers, pairs);
    if (extracted !== undefined) this.#setBody(extracted);
  }

  static error(): Response {
    const response = new Response();
    response.#type = "error";
    response.#status = 0;
    freeze(response.#headers);
    return response;
  }

  static json(data: unknown, init: ResponseInit | null = {}): Response {
    const text = JSON.stringify(data);
    if (text === undefined) {
      throw new TypeError(`Cannot make JSON of a value: it is ${typeof data}`);
    }
    const response = new Response(null, init);
    response.#setBody({ content: new Content(text), type: "application/json" });
    return response;
  }

  static redirect(url: string | URL, status = 302): Response {
    const { href } = new URL(`${url}`);
    const code = unsignedShort(status);
    if (!REDIRECT_STATUSES.includes(code)) {
      throw new RangeError(
        `Cannot redirect: ${code} is no status of redirects`,
      );
    }
    const response = new Response(null, { status: code });
    response.#headers.set("location", href);
    freeze(response.#headers);
    return response;
  }

  override get headers(): Headers {
    return this.#headers;
  }

  get ok(): boolean {
    return this.#status >= 200 && this.#status < 300;
  }

  get redirected(): boolean {
    return false;
  }

  get status(): number {
    return this.#status;
  }

  get statusText(): string {
    return this.#statusText;
  }

  get type(): "default" | "error" {
    return this.#type;
  }

  get url(): string {
    return "";
  }

  clone(): Response {
    const content = contentOf(this)?.clone();
    const copy = new Response();
    copy.#status = this.#status;
    copy.#statusText = this.#statusText;
    copy.#type = this.#type;
    copy.#headers = copyHeaders(this.#headers);
    setContent(copy, content);
    return copy;
  }

  get [Symbol.toStringTag](): string {
    return "Response";
  }

  #setBody({ content, type }: Extracted): void {
    if (NULL_BODY_STATUSES.includes(this.#status)) {
      throw new TypeError(
        `Cannot make a Response: one of status ${this.#status} has no body`,
      );
    }
    setContent(this, content);
    if (type !== undefined && !this.#headers.has("content-type")) {
      this.#headers.append("content-type", type);
    }
  }
}

makeEnumerable(Response.prototype);
showAccessors(Response.prototype, ACCESSORS);
acceptNative(Response, "Response");

function checkedStatus(status: number): number {
  if (status >= 200 && status <= 599) return status;
  throw new RangeError(
    `Cannot take status ${status}: it is not from 200 to 599`,
  );
}

function checkedReason(text: string): string {
  if (/^[\t -~\x80-\xff]*$/.test(text)) return text;
  throw new TypeError("Cannot take a status text: it has control characters");
}
