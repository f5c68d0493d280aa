// An HTTP client which hides nothing: no redirects followed, no connection kept unless asked.
import { once } from "node:events";
import {
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  request as requestHttp,
} from "node:http";
import { request as requestHttps } from "node:https";

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent with its length. */
  readonly body?: Uint8Array;
  /** Sent in chunks, without a length. */
  readonly chunks?: readonly Uint8Array[];
  readonly agent?: Agent | false;
  /** Whoever answers is believed. */
  readonly tls?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** The whole answer to a request; `target` goes out as it is. */
export async function ask(
  port: number,
  target: string,
  options: RequestOptions = {},
): Promise<Answer> {
  const response = await responseTo(send(port, target, options));
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: Buffer.concat(parts),
  };
}

/** Sends a request and leaves the response to the caller. */
export function send(
  port: number,
  target: string,
  options: RequestOptions = {},
): ClientRequest {
  const { headers, body, chunks } = options;
  const outgoing = open(port, target, {
    ...options,
    headers: {
      ...headers,
      ...(body && { "Content-Length": `${body.length}` }),
      ...(chunks && { "Transfer-Encoding": "chunked" }),
    },
  });
  for (const chunk of chunks ?? []) outgoing.write(chunk);
  outgoing.end(body);
  return outgoing;
}

/** Begins a request and leaves its body to the caller, too. */
export function open(
  port: number,
  target: string,
  { method = "GET", headers, agent = false, tls }: RequestOptions,
): ClientRequest {
  const request = tls ? requestHttps : requestHttp;
  return request({
    ...{ host: "127.0.0.1", port, path: target, method, agent },
    ...(tls && { rejectUnauthorized: false }),
    headers: { Host: "www.example.com", ...headers },
  });
}

export async function responseTo(
  request: ClientRequest,
): Promise<IncomingMessage> {
  const [response] = await once(request, "response");
  return response;
}
