// A router of your own, if all you need is method and path, and a small library made with it. Anything
// more is what Hono, Koa and the others are for: see frameworks/.
import { applicationUri, decodePath, html, json, text } from "tsgi";
import { mount } from "tsgi/middleware";

/**
 * @typedef {import("tsgi").Application} Application
 * @typedef {import("tsgi").Environ} Environ
 * @typedef {(environ: Environ, params: Record<string, string>) => Application | Promise<Application>} Handler
 */

/**
 * An application of several: `{ "GET /books/:isbn": show }`. The first that fits is taken; where only the
 * method does not fit, the answer is 405.
 *
 * @param {Record<string, Handler>} routes
 * @returns {Application}
 */
export function router(routes) {
  const table = Object.entries(routes).map(([route, handler]) => {
    const [method = "", path = ""] = route.split(" ");
    return { method, pattern: path.split("/"), handler };
  });
  return async (environ, startResponse) => {
    const segments = decodePath(environ.PATH_INFO).split("/");
    const found = table.flatMap(({ method, pattern, handler }) => {
      const params = match(pattern, segments);
      return params ? [{ method, params, handler }] : [];
    });
    // The server leaves out the body for HEAD.
    const wanted = environ.REQUEST_METHOD.replace(/^HEAD$/, "GET");
    const route = found.find(({ method }) => method === wanted);
    const answer =
      (await route?.handler(environ, route.params)) ??
      refusal(found.map(({ method }) => method));
    return answer(environ, startResponse);
  };
}

/**
 * @param {string[]} pattern
 * @param {string[]} segments
 */
function match(pattern, segments) {
  if (pattern.length !== segments.length) return undefined;
  /** @type {Record<string, string>} */
  const params = {};
  for (const [at, part] of pattern.entries()) {
    const segment = segments[at] ?? "";
    if (part.startsWith(":") && segment !== "") params[part.slice(1)] = segment;
    else if (part !== segment) return undefined;
  }
  return params;
}

/** @param {string[]} methods which the path is there for */
function refusal(methods) {
  if (methods.length === 0) return text("Not here\n", { status: 404 });
  return text("Not in this way\n", {
    status: 405,
    headers: [["Allow", methods.join(", ")]],
  });
}

const BOOKS = new Map([
  ["9780262510875", "Structure and Interpretation of Computer Programs"],
  ["9780201896831", "The Art of Computer Programming"],
]);

const library = router({
  "GET /books": (environ) =>
    json(
      // Wherever it is mounted, the library knows its own address.
      [...BOOKS.keys()].map(
        (isbn) => `${applicationUri(environ)}/books/${isbn}`,
      ),
    ),
  "GET /books/:isbn": (_environ, { isbn = "" }) => {
    const title = BOOKS.get(isbn);
    if (title === undefined) return text("No such book\n", { status: 404 });
    return json({ isbn, title });
  },
});

export default mount({
  "/": router({
    "GET /": () => html(`<a href="library/books">The library</a>`),
  }),
  "/library": library,
});
