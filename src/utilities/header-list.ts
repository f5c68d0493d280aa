// Headers as a list of pairs, the form startResponse takes; names in any case.
import { HOP_BY_HOP } from "../common/response.ts";
import type { Header } from "../common/types.ts";

/** The value of a header, undefined where there is none. Several are joined with `", "`, which does not suit Set-Cookie. */
export function getHeader(
  headers: Iterable<Header>,
  name: string,
): string | undefined {
  const values = getHeaders(headers, name);
  return values.length === 0 ? undefined : values.join(", ");
}

/** Every value of a header, in order. */
export function getHeaders(headers: Iterable<Header>, name: string): string[] {
  const wanted = name.toLowerCase();
  const values: string[] = [];
  for (const [key, value] of headers) {
    if (key.toLowerCase() === wanted) values.push(value);
  }
  return values;
}

/** Whether there is such a header. */
export function hasHeader(headers: Iterable<Header>, name: string): boolean {
  return getHeaders(headers, name).length > 0;
}

/** Replaces a header where it stands first, or adds it at the end. */
export function setHeader(
  headers: Header[],
  name: string,
  value: string,
): void {
  const wanted = name.toLowerCase();
  const at = headers.findIndex(([key]) => key.toLowerCase() === wanted);
  if (at < 0) {
    headers.push([name, value]);
    return;
  }
  removeHeader(headers, name);
  headers.splice(at, 0, [name, value]);
}

/** Adds a header at the end, besides those of its name. */
export function appendHeader(
  headers: Header[],
  name: string,
  value: string,
): void {
  headers.push([name, value]);
}

/** Removes every header of a name. */
export function removeHeader(headers: Header[], name: string): void {
  const wanted = name.toLowerCase();
  const kept = headers.filter(([key]) => key.toLowerCase() !== wanted);
  headers.splice(0, headers.length, ...kept);
}

/** Whether a header is about one connection, so that an application must not send it (RFC 9110, section 7.6.1). */
export function isHopByHop(name: string): boolean {
  return HOP_BY_HOP.has(name.toLowerCase());
}
