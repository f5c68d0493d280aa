// The application: shows the entries, takes a new one, and sends the visitor back to see it.
import { html, redirect, text } from "tsgi";
import { baseOf } from "./base.js";
import { PICTURE_LIMIT, readForm } from "./form.js";
import { page } from "./page.js";
import { isSame, sessionOf } from "./session.js";

const PER_PAGE = 10;
const NAME_LIMIT = 60;
const MESSAGE_LIMIT = 2000;

// Nothing runs or is loaded but what is named; so an entry could do no harm, even if it were not escaped.
const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/**
 * @param {import("./store.js").Store} store
 * @param {import("./pictures.js").Pictures} pictures
 * @returns {import("tsgi").Application}
 */
export function guestbook(store, pictures) {
  return async (environ, startResponse) => {
    const answer = await answerTo(environ);
    return answer(environ, startResponse);
  };

  /** @param {import("tsgi").Environ} environ */
  async function answerTo(environ) {
    const { REQUEST_METHOD: method, PATH_INFO: path } = environ;
    if (path === "") return redirect(homeOf(environ), 308);
    if (path !== "/") return text("There is nothing here.\n", { status: 404 });
    if (method === "GET") return show(environ);
    if (method === "POST") return sign(environ);
    return text("This page is for GET and POST.\n", {
      status: 405,
      headers: [["Allow", "GET, HEAD, POST"]],
    });
  }

  /**
   * @param {import("tsgi").Environ} environ
   * @param {{ status?: number, draft?: { name: string, message: string }, problem?: string }} [refusal]
   */
  function show(environ, { status = 200, draft, problem } = {}) {
    const session = sessionOf(environ);
    const query = new URLSearchParams(environ.QUERY_STRING);
    const before = Number(query.get("before")) || Number.MAX_SAFE_INTEGER;
    // One more than is shown, to know whether there are older ones.
    const found = store.entries(before, PER_PAGE + 1);
    const entries = found.slice(0, PER_PAGE);
    const body = page({
      base: baseOf(environ),
      token: session.token,
      notice: session.notice,
      problem,
      draft: draft ?? { name: session.name, message: "" },
      limits: { name: NAME_LIMIT, message: MESSAGE_LIMIT },
      entries,
      count: store.count(),
      older: found.length > PER_PAGE ? entries.at(-1)?.id : undefined,
      newer: query.has("before"),
      host: hostOf(environ),
    });
    // Shown once.
    session.notice = "";
    return html(body, {
      status,
      headers: [
        // Everybody has another page: it greets them by name and holds their token.
        ["Cache-Control", "private, no-cache"],
        ["Content-Security-Policy", POLICY],
      ],
    });
  }

  /** @param {import("tsgi").Environ} environ */
  async function sign(environ) {
    const session = sessionOf(environ);
    const form = await readForm(environ);
    const name = tidy(form.fields.get("name")).replaceAll("\n", " ");
    const message = tidy(form.fields.get("message"));
    const draft = { name, message };

    /** @param {number} status @param {string} problem */
    const refuse = (status, problem) =>
      show(environ, { status, draft, problem });

    if (!isSame(form.fields.get("token") ?? "", session.token)) {
      return refuse(403, "This form has expired. Please send it again.");
    }
    if (name === "" || message === "") {
      return refuse(422, "Please give both a name and a message.");
    }
    if (name.length > NAME_LIMIT || message.length > MESSAGE_LIMIT) {
      return refuse(422, "That is a little too long for this book.");
    }
    if (form.tooLarge) {
      const limit = PICTURE_LIMIT / 1_048_576;
      return refuse(413, `The picture is too large: ${limit} MB is the limit.`);
    }
    const picture = form.picture ? await pictures.keep(form.picture) : null;
    if (picture === undefined) {
      return refuse(415, "That is no picture: use PNG, JPEG, GIF or WebP.");
    }
    store.add({ written: Date.now(), name, message, picture });
    session.name = name;
    session.notice = `Thank you, ${name}!`;
    // Look there with GET: to reload that page sends no form again.
    return redirect(homeOf(environ), 303);
  }
}

/**
 * Text as we keep it: one form for each character, line feeds only, and no other control characters.
 *
 * @param {string | undefined} text
 */
function tidy(text = "") {
  return text
    .normalize()
    .replace(/\r\n?/g, "\n")
    .replace(/[^\P{Cc}\n\t]/gu, "")
    .trim();
}

/** @param {import("tsgi").Environ} environ */
function homeOf(environ) {
  return `${baseOf(environ)}/`;
}

/** Who runs us, for the curious. @param {import("tsgi").Environ} environ */
function hostOf(environ) {
  const server = environ.SERVER_SOFTWARE?.split(/[/ ]/)[0] ?? "a web server";
  return environ["tsgi.run_once"]
    ? `${server} over CGI, by a process for this page alone`
    : `${server} over FastCGI, by process ${process.pid}`;
}
