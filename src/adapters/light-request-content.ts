import { contentOf, isBody } from "./light-body.ts";
import { Content } from "./light-content.ts";
import { type Extracted, extract } from "./light-extract.ts";
import type { Settings } from "./light-request-settings.ts";
import { oneOf } from "./light-webidl.ts";

type Asked = Pick<Settings, "mode" | "keepalive"> & { readonly method: string };
type Options = { readonly body?: unknown; readonly duplex?: string };

/**
 * The body of a Request: the given one, else that of the Request it is made of, which is used then.
 *
 * @throws {TypeError} where it may not have that
 */
export function requestContent(
  request: Asked,
  base: unknown,
  { body, duplex }: Options,
): Partial<Extracted> {
  if (duplex !== undefined) oneOf("duplex", duplex, ["half"]);
  const isOwn = body !== undefined && body !== null;
  const inherited = isOwn ? undefined : contentIn(base);
  if (!isOwn && inherited === undefined) return {};
  if (request.method === "GET" || request.method === "HEAD") {
    throw refused(`the method ${request.method} has none`);
  }
  if (inherited !== undefined) {
    if (!inherited.isReplayable) checkMode(request);
    return { content: inherited.take() };
  }
  const own = extract(body);
  if (own.content.isReplayable) return own;
  if (duplex === undefined) {
    throw refused('it is a stream, without duplex "half"');
  }
  if (request.keepalive) throw refused("it is a stream, with keepalive");
  checkMode(request);
  return own;
}

function checkMode({ mode }: Asked): void {
  if (mode === "cors" || mode === "same-origin") return;
  throw refused(`it is a stream, in the mode "${mode}"`);
}

function contentIn(request: unknown): Content | undefined {
  if (isBody(request)) return contentOf(request);
  const { body } = (request ?? {}) as Partial<globalThis.Request>;
  return body ? new Content(body) : undefined;
}

function refused(why: string): TypeError {
  return new TypeError(`Cannot give the Request a body: ${why}`);
}
