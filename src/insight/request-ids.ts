import { randomUUID } from "node:crypto";
import type { Application, Environ } from "../common/types.ts";

const HEADER = "X-Request-ID";
/** Ids as they are in use; nothing that could forge a line of a log. */
const ID = /^[\w.+/=@:-]{1,200}$/;

/**
 * Names each request in `request.id` of its environ, where logs find it, and in a header of the response: by the
 * UNIQUE_ID of Apache's mod_unique_id, else by the request's own header, else by a random UUID.
 */
export function withRequestIds(application: Application): Application {
  return (environ, startResponse) => {
    const id = idOf(environ);
    environ["request.id"] = id;
    return application(environ, (status, headers, error) => {
      // What is wrong with them is told where they are checked.
      if (typeof headers?.[Symbol.iterator] !== "function") {
        return startResponse(status, headers, error);
      }
      const others = [...headers].filter((header) => !isHeader(header?.[0]));
      return startResponse(status, [...others, [HEADER, id]], error);
    });
  };
}

function idOf({ UNIQUE_ID, HTTP_X_REQUEST_ID }: Environ): string {
  for (const id of [UNIQUE_ID, HTTP_X_REQUEST_ID]) {
    if (id !== undefined && ID.test(id)) return id;
  }
  return randomUUID();
}

function isHeader(name: unknown): boolean {
  return (
    typeof name === "string" && name.toLowerCase() === HEADER.toLowerCase()
  );
}
