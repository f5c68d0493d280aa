import { randomUUID } from "node:crypto";
import type { Environ, Middleware } from "../common/types.ts";
import { checkHeaderName, checkKey, variableOf } from "./checks.ts";
import { derive } from "./derive.ts";

/** Where {@link requestId} finds and shows the id. */
export interface RequestIdOptions {
  /** The header of the response, and of the request where `trust` is set. `X-Request-ID` unless given. */
  readonly header?: string;
  /** Where the application finds it in the environ. `request.id` unless given. */
  readonly key?: `${string}.${string}`;
  /** Takes over the id in the request's header, where a proxy in front sets it. Off unless given. */
  readonly trust?: boolean;
}

/** Ids as they are in use; nothing that could forge a line of a log. */
const ID = /^[\w.+/=@:-]{1,200}$/;

/**
 * Names each request, in the environ and in a header of the response: by the UNIQUE_ID of Apache's
 * mod_unique_id, which its logs can show, else by the trusted header, else by a random UUID.
 *
 * @throws {TsgiError} `CONFIG` for a header or key that cannot be
 */
export function requestId(options: RequestIdOptions = {}): Middleware {
  const { header = "X-Request-ID", key = "request.id", trust } = options;
  checkHeaderName(header);
  checkKey(key);
  const variable = variableOf(header);
  const own = header.toLowerCase();

  return (application) => (environ, startResponse) => {
    const id =
      usable(environ.UNIQUE_ID) ??
      (trust ? usable(environ[variable]) : undefined) ??
      randomUUID();
    const inner: Environ = derive(environ, { [key]: id });
    return application(inner, (status, headers, error) => {
      const others = [...headers].filter(([name]) => !isOwn(name));
      return startResponse(status, [...others, [header, id]], error);
    });
  };

  function isOwn(name: string): boolean {
    return typeof name === "string" && name.toLowerCase() === own;
  }
}

function usable(id: string | undefined): string | undefined {
  return id !== undefined && ID.test(id) ? id : undefined;
}
