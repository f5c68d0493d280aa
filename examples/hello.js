// The page that `npm start` shows: what a request looks like to an application.
import { Buffer } from "node:buffer";

/** @type {import("tsgi").Application} */
export default async function hello(environ, startResponse) {
  const form = await readForm(environ);
  startResponse("200 OK", [["Content-Type", "text/html; charset=utf-8"]]);
  // One string is one chunk, so the server knows its length and says it.
  return page(environ, form);
}

/** @param {import("tsgi").Environ} environ */
async function readForm(environ) {
  if (environ.REQUEST_METHOD !== "POST") return new URLSearchParams();
  // The client decides how much it sends; we decide how much we hold.
  const bytes = await environ["tsgi.input"].read(65_536);
  return new URLSearchParams(Buffer.from(bytes).toString());
}

/**
 * @param {import("tsgi").Environ} environ
 * @param {URLSearchParams} form
 */
function page(environ, form) {
  const name = form.get("name")?.trim() || "world";
  return `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Hello from TSGI</title>
<style>
  :root { color-scheme: light dark; --accent: #3178c6; --line: #8884 }
  body { max-width: 52rem; margin: 0 auto; padding: 3rem 1.25rem; font: 1rem/1.6 system-ui, sans-serif }
  h1 { margin: 0; font-size: clamp(2rem, 7vw, 3.25rem); line-height: 1.15; overflow-wrap: anywhere }
  h1 b { color: var(--accent) }
  h2 { margin: 2.5rem 0 .5rem; font-size: 1.1rem }
  form { display: flex; flex-wrap: wrap; gap: .5rem }
  input, button { padding: .5rem .9rem; border: 1px solid var(--line); border-radius: .5rem; font: inherit }
  input { flex: 1 1 14rem }
  button { border-color: var(--accent); background: var(--accent); color: #fff; cursor: pointer }
  table { width: 100%; border-collapse: collapse; font: .85rem/1.5 ui-monospace, monospace }
  th, td { padding: .3rem .75rem .3rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: anywhere }
  th { width: 17rem; font-weight: 600 }
  @media (max-width: 40rem) { th, td { display: block; width: auto } td { border: 0; padding-top: 0 } }
  footer { margin-top: 3rem; opacity: .7; font-size: .9rem }
</style>
<h1>Hello, <b>${escapeHtml(name)}</b>!</h1>
<p>Grüß Gott · Здравствуйте · こんにちは · नमस्ते · 👋</p>
<form method="post">
  <input name="name" aria-label="Your name" placeholder="What is your name?" maxlength="200" autofocus>
  <button>Say hello</button>
</form>
${table("What you sent", [...form])}
${table("The request", variables(environ, REQUEST))}
${table("The server", variables(environ, /^tsgi\./))}
<footer>This page is <code>examples/hello.js</code>, an <code>application(environ, startResponse)</code>.</footer>
</html>
`;
}

// Not every variable: under CGI the others are those of the process, and none of a visitor's business.
const REQUEST =
  /^(?:AUTH_|CONTENT_|GATEWAY_|HTTP|PATH_INFO|QUERY_|REMOTE_|REQUEST_|SCRIPT_NAME|SERVER_|SSL_)/;

/**
 * @param {import("tsgi").Environ} environ
 * @param {RegExp} wanted
 * @returns {[name: string, value: string][]}
 */
function variables(environ, wanted) {
  return Object.entries(environ)
    .filter(([name]) => wanted.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => [name, text(value)]);
}

/** @param {unknown} value */
function text(value) {
  // Variables are bytes as Latin-1; browsers and servers mean UTF-8 by them.
  if (typeof value === "string") return Buffer.from(value, "latin1").toString();
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || Array.isArray(value)) {
    return JSON.stringify(value);
  }
  return "an object";
}

/**
 * @param {string} title
 * @param {[name: string, value: string][]} rows
 */
function table(title, rows) {
  if (rows.length === 0) return "";
  const lines = rows.map(
    ([name, value]) =>
      `<tr><th>${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return `<h2>${title}</h2>\n<table>\n${lines.join("\n")}\n</table>`;
}

/** @param {string} value */
function escapeHtml(value) {
  return value.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
