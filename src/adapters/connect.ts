import type { IncomingMessage, ServerResponse } from "node:http";
import type { Environ, Middleware } from "../common/types.ts";
import { serveThrough } from "./connect-response.ts";
import { NodeExchange } from "./node-exchange.ts";
import { classesFor } from "./node-messages.ts";

/** Goes on to the application; with an error, to whoever handles errors outside. */
export type ConnectNext = (error?: unknown) => void;

/** What `app.use()` of Connect and Express takes. */
export type ConnectMiddleware<
  Req extends IncomingMessage = IncomingMessage,
  Res extends ServerResponse = ServerResponse,
> = (req: Req, res: Res, next: ConnectNext) => unknown;

/** The same with four parameters: it is called where the application within has failed. */
export type ConnectErrorMiddleware<
  Req extends IncomingMessage = IncomingMessage,
  Res extends ServerResponse = ServerResponse,
> = (error: unknown, req: Req, res: Res, next: ConnectNext) => unknown;

/**
 * Makes TSGI middleware of one for Connect or Express. Where it calls `next()`, the application's
 * response goes through its `res`, so that patched `writeHead`, `write` and `end` are honoured. The
 * application's headers replace those the middleware has set; Set-Cookie and Vary are added.
 *
 * The application finds `req`, with a session or a user on it, in `environ["connect.request"]`,
 * and `res` in `environ["connect.response"]`; a further `fromConnect` inside takes over what is
 * on `req`. Middleware that needs Express's own methods comes in an Express application:
 * `fromConnect(express().use(middleware))`. The application reads `tsgi.input` where the middleware has not. A `req.url` which the
 * middleware rewrites changes nothing in environ.
 */
export function fromConnect<
  Req extends IncomingMessage,
  Res extends ServerResponse,
>(middleware: ConnectMiddleware<Req, Res>): Middleware;
export function fromConnect<
  Req extends IncomingMessage,
  Res extends ServerResponse,
>(middleware: ConnectErrorMiddleware<Req, Res>): Middleware;
export function fromConnect<
  Req extends IncomingMessage,
  Res extends ServerResponse,
>(
  middleware: ConnectMiddleware<Req, Res> | ConnectErrorMiddleware<Req, Res>,
): Middleware {
  const classes = classesFor(middleware);
  return (application) => (environ, startResponse) => {
    const exchange = new NodeExchange(
      environ,
      startResponse,
      "mounted",
      classes,
    );
    const req = exchange.req as Req;
    const res = exchange.res as Res;
    takeOver(environ, req);
    const within = () => serveThrough(application, environ, exchange);
    if (isForErrors(middleware)) {
      return exchange.run(async () => {
        environ["connect.request"] = req;
        environ["connect.response"] = res;
        try {
          await within();
        } catch (error) {
          if (exchange.isOver || res.headersSent) throw error;
          await middleware(error, req, res, (later) =>
            exchange.failed(later ?? error),
          );
        }
      });
    }
    return exchange.run(() => {
      let isCalled = false;
      const next = (error?: unknown): void => {
        if (isCalled) return;
        isCalled = true;
        if (isFailure(error)) {
          exchange.failed(error);
          return;
        }
        environ["connect.request"] = req;
        environ["connect.response"] = res;
        within().catch((reason) => exchange.failed(reason));
      };
      return middleware(req, res, next);
    });
  };
}

/** Express has no better sign of the two kinds either. */
function isForErrors<Req extends IncomingMessage, Res extends ServerResponse>(
  middleware: ConnectMiddleware<Req, Res> | ConnectErrorMiddleware<Req, Res>,
): middleware is ConnectErrorMiddleware<Req, Res> {
  return middleware.length === 4;
}

/** Express says with these words that it goes on elsewhere, which here is the application. */
function isFailure(error: unknown): boolean {
  return Boolean(error) && error !== "route" && error !== "router";
}

/** What the middleware outside has put on its request: a session, cookies, a user. */
function takeOver(environ: Environ, req: IncomingMessage): void {
  const outer = environ["connect.request"];
  if (typeof outer !== "object" || outer === null) return;
  for (const key of Object.keys(outer)) {
    if (key in req) continue;
    const property = Object.getOwnPropertyDescriptor(outer, key);
    if (property !== undefined) Object.defineProperty(req, key, property);
  }
}
