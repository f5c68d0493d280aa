// Middleware is an application around an application. This one notes on tsgi.errors, which ends
// in the web server's error log, how every request was answered and how long that took.
import hello from "./hello.js";

/** @type {import("tsgi").Middleware} */
export const logged = (application) => async (environ, startResponse) => {
  const { REQUEST_METHOD, PATH_INFO } = environ;
  const errors = environ["tsgi.errors"];
  const start = performance.now();
  let answer = "no status";

  const body = await application(environ, (status, headers, error) => {
    // The error goes on, or the application could not replace its response.
    const write = startResponse(status, headers, error);
    answer = status;
    return write;
  });

  return new Watched(body, () => {
    const ms = Math.round(performance.now() - start);
    // JSON, since a path may hold a line break that would forge a second entry.
    const path = JSON.stringify(PATH_INFO);
    errors.write(`${REQUEST_METHOD} ${path}: ${answer}, ${ms} ms\n`);
  });
};

/** A body around a body: each chunk passes as it comes, and close() reaches the inner one. */
class Watched {
  #body;
  #done;

  /**
   * @param {import("tsgi").ResponseBody & { close?: () => unknown }} body
   * @param {() => void} done
   */
  constructor(body, done) {
    this.#body = body;
    this.#done = done;
  }

  async *[Symbol.asyncIterator]() {
    const body = this.#body;
    // Strings and bytes are iterable too, by character and by number.
    if (typeof body === "string" || body instanceof Uint8Array) yield body;
    else yield* body;
  }

  async close() {
    try {
      await this.#body.close?.();
    } finally {
      this.#done();
    }
  }
}

export default logged(hello);
