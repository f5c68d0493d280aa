// What an application is told that uses a response wrongly.
import { TsgiError } from "./errors.ts";

/** The body is over before its Content-Length. */
export function shortBy(bytes: number): TsgiError {
  return new TsgiError(
    "CONTENT_LENGTH",
    `Cannot complete the response: ${bytes} bytes are missing of what Content-Length says`,
  );
}

/** The request is over. */
export function ended(action: string): TsgiError {
  return new TsgiError("ENDED", `Cannot ${action}: the request has ended`);
}

/** An error for who awaits it. Thrown, it would end the process where a timer calls write(). */
export function harmlessRejection(error: unknown): Promise<never> {
  const rejection = Promise.reject(error);
  rejection.catch(() => {});
  return rejection;
}
