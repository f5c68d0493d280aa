import { parseSetCookie, stringifyCookie } from "cookie";

/** What a browser keeps between requests to one site; it heeds Max-Age and Expires, not Path or Domain. */
export class CookieJar {
  readonly #values: Map<string, string> = new Map();

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  set(name: string, value: string): void {
    this.#values.set(name, value);
  }

  /** The value of the next Cookie header, undefined where the jar is empty. */
  get header(): string | undefined {
    if (this.#values.size === 0) return undefined;
    return stringifyCookie(Object.fromEntries(this.#values));
  }

  /** Takes in the value of a Set-Cookie header. */
  store(setCookie: string): void {
    const { name, value = "", maxAge, expires } = parseSetCookie(setCookie);
    const isOver =
      maxAge === undefined
        ? expires !== undefined && expires.getTime() <= Date.now()
        : maxAge <= 0;
    if (isOver) this.#values.delete(name);
    else this.#values.set(name, value);
  }
}
