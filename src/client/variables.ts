// The variables of an HTTP request, as a web server makes them (RFC 3875, section 4.1).
import type { IncomingMessage } from "node:http";
import { applyMount } from "../common/mount.ts";
import { HOP_BY_HOP } from "../common/response.ts";
import type { Header } from "../common/types.ts";
import { emptyVariables, type Variables } from "../common/variables.ts";

/** An HTTP request without its body. Text is bytes as Latin-1. */
export interface HttpRequest {
  readonly method: string;
  /** As the client sent it, query included. */
  readonly target: string;
  /** `"1.1"` */
  readonly version: string;
  readonly headers: readonly Header[];
  readonly server: Endpoint;
  readonly client: Endpoint;
}

/** One end of a connection, by its IP address. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

// With a header that would become a program's proxy setting (httpoxy.org).
const WITHHELD: ReadonlySet<string> = new Set([...HOP_BY_HOP, "proxy"]);

/** The request that came over a connection of node:http. */
export function httpRequest(message: IncomingMessage): HttpRequest {
  const { rawHeaders, socket } = message;
  const headers: Header[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    headers.push([rawHeaders[at] as string, rawHeaders[at + 1] as string]);
  }
  return {
    method: message.method ?? "GET",
    target: message.url ?? "/",
    version: message.httpVersion,
    headers,
    server: { address: socket.localAddress ?? "", port: socket.localPort ?? 0 },
    client: {
      address: socket.remoteAddress ?? "",
      port: socket.remotePort ?? 0,
    },
  };
}

/**
 * Builds the variables of a request.
 *
 * @param mount what `mountPrefix` of common/mount.ts returns
 * @returns undefined where the request is outside the mount point
 */
export function variablesFor(
  request: HttpRequest,
  mount: string,
): Variables | undefined {
  const { method, target, version, server, client } = request;
  const question = target.indexOf("?");
  const headers = headerVariables(request.headers);
  const variables: Variables = Object.assign(emptyVariables(), {
    GATEWAY_INTERFACE: "CGI/1.1",
    SERVER_SOFTWARE: "tsgi",
    SERVER_PROTOCOL: `HTTP/${version}`,
    SERVER_NAME: hostName(headers.HTTP_HOST) ?? server.address,
    SERVER_ADDR: server.address,
    SERVER_PORT: String(server.port),
    REMOTE_ADDR: client.address,
    REMOTE_PORT: String(client.port),
    REQUEST_SCHEME: "http",
    REQUEST_METHOD: method,
    REQUEST_URI: target,
    QUERY_STRING: question < 0 ? "" : target.slice(question + 1),
    ...headers,
  });
  return applyMount(variables, mount) ? variables : undefined;
}

/** The pairs to send of some variables. */
export function definedPairs(
  variables: Variables,
): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (const name in variables) {
    const value = variables[name];
    if (value !== undefined) pairs.push([name, value]);
  }
  return pairs;
}

/**
 * CONTENT_TYPE, CONTENT_LENGTH and HTTP_*. A repeated header is joined. One with a name
 * of other characters than letters, digits and hyphens is left out: `X_A` would pass for `X-A`.
 */
function headerVariables(headers: readonly Header[]): Variables {
  const variables = emptyVariables();
  const withheld = new Set(WITHHELD);
  for (const [name, value] of headers) {
    if (name.toLowerCase() !== "connection") continue;
    for (const option of value.toLowerCase().split(",")) {
      withheld.add(option.trim());
    }
  }
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (withheld.has(lower) || !/^[a-z0-9-]+$/.test(lower)) continue;
    const upper = lower.toUpperCase().replaceAll("-", "_");
    if (upper === "CONTENT_TYPE" || upper === "CONTENT_LENGTH") {
      variables[upper] ??= value;
      continue;
    }
    const variable = `HTTP_${upper}`;
    const earlier = variables[variable];
    const separator = upper === "COOKIE" ? "; " : ", ";
    variables[variable] =
      earlier === undefined ? value : earlier + separator + value;
  }
  return variables;
}

/** The name of a Host header, without its port; an IPv6 address keeps its brackets. */
function hostName(host: string | undefined): string | undefined {
  return /^(\[[^\]]*\]|[^:]+)(?::\d*)?$/.exec(host ?? "")?.[1];
}
