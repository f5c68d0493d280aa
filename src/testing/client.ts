// A client for tests of an application, in the same process and without any socket:
//
//   const shop = client(application, { cookies: true });
//   const answer = await shop.post("/basket", { body: new URLSearchParams({ item: "7" }) });
//   answer.code; answer.header("location"); answer.text; answer.errors; answer.closeCount;
import type {
  CommonOptions,
  ProcessModel,
  Settings,
} from "../common/settings.ts";
import type { Application, Header } from "../common/types.ts";
import type { Answer } from "./answer.ts";
import { CookieJar } from "./cookie-jar.ts";
import {
  begin,
  type InProcessRequest,
  inProcessSettings,
} from "./in-process.ts";
import type { Body } from "./request-body.ts";

/** Options of the server the client pretends to talk to, and of the client. */
export interface ClientOptions extends CommonOptions, Partial<ProcessModel> {
  /** Keeps cookies between requests. */
  readonly cookies?: boolean;
  /** Sent with each request that does not say otherwise. */
  readonly headers?: HeaderSource;
}

/** Pairs, or an object. */
export type HeaderSource = Iterable<Header> | Readonly<Record<string, string>>;

/** A request besides its method and target. */
export interface ClientRequest
  extends Pick<InProcessRequest, "variables" | "data" | "errors" | "output"> {
  readonly headers?: HeaderSource;
  /** With Content-Length where it is known; fields of a form get their Content-Type. */
  readonly body?: Body | URLSearchParams;
  /** A body in JSON, with its Content-Type. */
  readonly json?: unknown;
}

/** Answers of an application, see {@link client}. */
export class Client {
  /** Undefined unless `cookies` was asked for. */
  readonly cookies: CookieJar | undefined;
  readonly #application: Application;
  readonly #settings: Settings;
  readonly #headers: readonly Header[];

  constructor(application: Application, options: ClientOptions = {}) {
    const { cookies = false, headers, ...server } = options;
    this.cookies = cookies ? new CookieJar() : undefined;
    this.#application = application;
    this.#settings = inProcessSettings(server);
    this.#headers = pairs(headers);
  }

  get(target: string, init?: ClientRequest): Promise<Answer> {
    return this.request("GET", target, init);
  }

  head(target: string, init?: ClientRequest): Promise<Answer> {
    return this.request("HEAD", target, init);
  }

  post(target: string, init?: ClientRequest): Promise<Answer> {
    return this.request("POST", target, init);
  }

  put(target: string, init?: ClientRequest): Promise<Answer> {
    return this.request("PUT", target, init);
  }

  delete(target: string, init?: ClientRequest): Promise<Answer> {
    return this.request("DELETE", target, init);
  }

  /** Waits for the very end of the request, `tsgi.cleanup` included. Never rejects because of the application. */
  async request(
    method: string,
    target: string,
    init?: ClientRequest,
  ): Promise<Answer> {
    const answer = this.begin(method, target, init);
    await answer.served;
    await answer.ended;
    return answer;
  }

  /** Does not wait, so that a test can look on, hold the client back (`answer.output.block()`) or abort. */
  begin(method: string, target: string, init: ClientRequest = {}): Answer {
    const { json, body, headers, ...rest } = init;
    const jar = this.cookies;
    const given = pairs(headers);
    const answer = begin(this.#application, {
      ...rest,
      method,
      target,
      settings: this.#settings,
      watch: true,
      headers: [
        ...given,
        ...withoutNames(this.#headers, given),
        ...withoutNames(typeOf(init), given),
        ...(jar?.header ? [["Cookie", jar.header] as const] : []),
      ],
      ...bodyOf(json, body),
    });
    if (jar !== undefined) {
      void answer.output.ended.then(() => {
        for (const one of answer.all("Set-Cookie")) jar.store(one);
      });
    }
    return answer;
  }
}

/** A client of an application, which is served by the very runner that serves it over CGI and FastCGI. */
export function client(
  application: Application,
  options?: ClientOptions,
): Client {
  return new Client(application, options);
}

function pairs(headers: HeaderSource = []): readonly Header[] {
  return Symbol.iterator in headers
    ? [...(headers as Iterable<Header>)]
    : Object.entries(headers);
}

function withoutNames(
  headers: readonly Header[],
  others: readonly Header[],
): readonly Header[] {
  const names = new Set(others.map(([name]) => name.toLowerCase()));
  return headers.filter(([name]) => !names.has(name.toLowerCase()));
}

function typeOf({ json, body }: ClientRequest): readonly Header[] {
  if (json !== undefined) return [["Content-Type", "application/json"]];
  return body instanceof URLSearchParams
    ? [["Content-Type", "application/x-www-form-urlencoded"]]
    : [];
}

function bodyOf(
  json: unknown,
  body: Body | URLSearchParams | undefined,
): { readonly body?: Body } {
  if (json !== undefined) return { body: JSON.stringify(json) };
  if (body === undefined) return {};
  return { body: body instanceof URLSearchParams ? body.toString() : body };
}
