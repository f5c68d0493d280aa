// The request of node:http, or of a framework on it, as the runner takes it.
import type { IncomingMessage } from "node:http";
import { httpRequest, variablesFor } from "../client/variables.ts";
import type { BodySource } from "../common/input.ts";
import { percentDecode, requestPath } from "../common/mount.ts";
import { emptyVariables, type Variables } from "../common/variables.ts";
import { alreadyRead } from "./to-options.ts";

/** What Connect, Express and body parsers add. */
type FrameworkRequest = IncomingMessage & {
  /** The whole target, of which `url` is what is left below the mount point. */
  readonly originalUrl?: string;
  /** Express: the path to the mount point. */
  readonly baseUrl?: string;
  readonly body?: unknown;
  readonly rawBody?: unknown;
};

/** The variables of a request; SCRIPT_NAME is where the framework has mounted the application. */
export function nodeVariables(request: FrameworkRequest): Variables {
  const { url = "/", originalUrl = url } = request;
  const http = { ...httpRequest(request), target: originalUrl };
  // The asterisk of OPTIONS is a target without a path.
  const variables =
    variablesFor(http, "") ??
    variablesFor({ ...http, target: "/" }, "") ??
    emptyVariables();
  variables.REQUEST_URI = originalUrl;
  const question = url.indexOf("?");
  variables.QUERY_STRING = question < 0 ? "" : url.slice(question + 1);
  const path = requestPath(url) ?? url;
  const script = mountPoint(request, path);
  variables.SCRIPT_NAME = script;
  const isBare = requestPath(originalUrl) === script && script !== "";
  variables.PATH_INFO = isBare ? "" : path;
  if ("encrypted" in request.socket) {
    variables.HTTPS = "on";
    variables.REQUEST_SCHEME = "https";
  }
  return variables;
}

function mountPoint(request: FrameworkRequest, path: string): string {
  const { baseUrl, originalUrl } = request;
  if (baseUrl !== undefined) return percentDecode(baseUrl);
  const whole = requestPath(originalUrl) ?? path;
  // Connect has made "/" of the nothing behind "/app".
  if (path === "/" && !whole.endsWith("/")) return whole;
  return whole.endsWith(path) ? whole.slice(0, -path.length) : "";
}

/** The body, also where a parser has kept it; CONTENT_LENGTH is then that of what was kept. */
export function nodeBody(
  request: FrameworkRequest,
  variables: Variables,
): BodySource {
  const kept = keptBody(request);
  if (kept !== undefined) {
    variables.CONTENT_LENGTH = String(kept.length);
    // Parsers unpack.
    delete variables.HTTP_CONTENT_ENCODING;
    const chunks = [kept];
    return { next: () => chunks.pop() };
  }
  const isRead = request.readableDidRead && hasBody(request);
  let chunks: AsyncIterator<Uint8Array> | undefined;
  return {
    async next() {
      if (isRead) throw alreadyRead("a body parser");
      chunks ??= request.iterator({ destroyOnReturn: false });
      const { done, value } = await chunks.next();
      return done ? undefined : value;
    },
  };
}

function keptBody(request: FrameworkRequest): Uint8Array | undefined {
  if (!request.readableDidRead) return undefined;
  const { rawBody, body } = request;
  for (const kept of [rawBody, body]) {
    if (kept instanceof Uint8Array) return kept;
    if (typeof kept === "string") return Buffer.from(kept);
  }
  return undefined;
}

function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers["content-length"];
  return length === undefined
    ? headers["transfer-encoding"] !== undefined
    : length !== "0";
}
