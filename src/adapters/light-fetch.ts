// Light Headers, Request and Response: Node's own take 100 ms to load, three times a CGI start.
import { contentOf, isBody } from "./light-body.ts";
import { Headers } from "./light-headers.ts";
import { nativeFetch, useNative } from "./light-native.ts";
import { Request, type RequestInit } from "./light-request.ts";
import { Response } from "./light-response.ts";

export { Headers, Request, Response, useNative };

/** Node's fetch(), for what may be a light Request. */
export async function fetchNatively(
  input: unknown,
  init?: RequestInit & { readonly dispatcher?: unknown },
): Promise<globalThis.Response> {
  if (!isBody(input)) {
    return nativeFetch(input as string, init as globalThis.RequestInit);
  }
  const request =
    init === undefined
      ? (input as Request)
      : new Request(input as Request, init);
  const content = contentOf(request);
  const body = content?.isReplayable
    ? await content.bytes()
    : content?.stream();
  return nativeFetch(request.url, {
    method: request.method,
    headers: [...request.headers],
    body: body ?? null,
    duplex: "half",
    cache: request.cache,
    credentials: request.credentials,
    integrity: request.integrity,
    keepalive: request.keepalive,
    mode: request.mode,
    redirect: request.redirect,
    referrer: request.referrer,
    referrerPolicy: request.referrerPolicy,
    signal: request.signal,
    // Of undici, for whoever has it as a package: no other member would pass by the Request.
    ...(init?.dispatcher === undefined ? {} : { dispatcher: init.dispatcher }),
  } as globalThis.RequestInit);
}
