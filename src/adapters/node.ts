import type { IncomingMessage, ServerResponse } from "node:http";
import type { Application, Environ } from "../common/types.ts";
import { NodeExchange, type UrlOption } from "./node-exchange.ts";
import { classesFor } from "./node-messages.ts";
import { NodeSocket } from "./node-socket.ts";

/**
 * What a server of node:http calls: a `http.RequestListener`, an Express or Connect application,
 * Koa's `app.callback()`, Fastify's `fastify.routing` after `fastify.ready()`.
 */
export type NodeHandler = (
  req: IncomingMessage,
  res: ServerResponse,
) => unknown;

/** How {@link fromNode} shows a request. */
export interface NodeOptions {
  /**
   * What `req.url` is. `"mounted"`, the default: the path below the mount point, as routes expect it,
   * with `req.baseUrl` and `req.originalUrl` as Express sets them for a mounted router. `"full"`: the whole target.
   */
  readonly url?: UrlOption;
}

/**
 * Makes an application of a program for node:http. Its `req` and `res` are real
 * `http.IncomingMessage` and `http.ServerResponse` objects; their socket is a light one that
 * serves this request only.
 *
 * What belongs to a connection does nothing: Connection, Transfer-Encoding, Trailer and Upgrade
 * are dropped, and so are trailers and interim responses (1xx). `req.httpVersion` is 1.0 or 1.1, as
 * behind any reverse proxy; `environOf(req).SERVER_PROTOCOL` tells the client's.
 */
export function fromNode(
  listener: NodeHandler,
  options: NodeOptions = {},
): Application {
  const url = options.url ?? "mounted";
  const classes = classesFor(listener);
  return (environ, startResponse) =>
    new NodeExchange(environ, startResponse, url, classes).run(listener);
}

/** The environ a request of {@link fromNode} or {@link fromConnect} was made of; undefined for any other. */
export function environOf(req: IncomingMessage): Environ | undefined {
  const socket: unknown = req.socket;
  return socket instanceof NodeSocket ? socket.environ : undefined;
}

/** Fails a request of {@link fromNode} as a listener that throws does, for what goes wrong beside it. */
export function failRequest(req: IncomingMessage, error: unknown): void {
  const socket: unknown = req.socket;
  if (socket instanceof NodeSocket) socket.fail(error);
}
