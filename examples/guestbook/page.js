// The page as HTML. It works without a script, and has none.
import { markup } from "./markup.js";

/**
 * @typedef {object} View
 * @property {string} base the path of the application
 * @property {string} token
 * @property {string} notice what has happened; "" for nothing
 * @property {string | undefined} problem why the form came back
 * @property {{ name: string, message: string }} draft what the form has in it
 * @property {{ name: number, message: number }} limits in characters
 * @property {import("./store.js").Entry[]} entries
 * @property {number} count of all the entries there are
 * @property {number | undefined} older the id below which there are more
 * @property {boolean} newer whether there are newer ones
 * @property {string} host who serves this page
 */

/** @param {View} view */
export function page(view) {
  const { base, notice, problem, count, host } = view;
  return String(markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Guestbook</title>
<link rel="stylesheet" href="${base}/assets/guestbook.css">
<link rel="icon" href="${base}/assets/icon.svg">
</head>
<body>
<header>
<h1>Guestbook</h1>
<p>Leave a line, and a picture if you like.</p>
</header>
<main>
<section class="desk" aria-label="Sign the guestbook">
${notice && markup`<p class="notice" role="status">${notice}</p>`}
${problem && markup`<p class="problem" role="alert">${problem}</p>`}
${form(view)}
</section>
<section class="book" aria-label="Entries">
${count === 0 && markup`<p class="empty">Nobody has written yet. Be the first!</p>`}
${view.entries.map((entry) => article(entry, base))}
${turning(view)}
</section>
</main>
<footer>${count} ${count === 1 ? "entry" : "entries"}, served by ${host}.</footer>
</body>
</html>
`);
}

/** @param {View} view */
function form({ base, token, draft, limits }) {
  return markup`<form method="post" action="${base}/" enctype="multipart/form-data">
<input type="hidden" name="token" value="${token}">
<label>Your name
<input name="name" value="${draft.name}" maxlength="${limits.name}" autocomplete="name" required></label>
<label>Your message
<textarea name="message" rows="5" maxlength="${limits.message}" required>
${draft.message}</textarea></label>
<label>A picture <small>PNG, JPEG, GIF or WebP, up to 2 MB</small>
<input type="file" name="picture" accept="image/png,image/jpeg,image/gif,image/webp"></label>
<button>Sign the guestbook</button>
</form>`;
}

/**
 * @param {import("./store.js").Entry} entry
 * @param {string} base
 */
function article({ id, written, name, message, picture }, base) {
  const date = new Date(written);
  return markup`<article id="entry-${id}">
<span class="seal tint-${id % 6}" aria-hidden="true">${initialOf(name)}</span>
<h2 dir="auto">${name}</h2>
<time datetime="${date.toISOString()}">${DATE.format(date)} UTC</time>
<p dir="auto">${message}</p>
${picture && markup`<a href="${base}/pictures/${picture}"><img src="${base}/pictures/${picture}" alt="A picture from ${name}" loading="lazy"></a>`}
</article>
`;
}

/** @param {View} view */
function turning({ base, newer, older }) {
  if (!newer && older === undefined) return "";
  return markup`<nav aria-label="Pages">
${newer && markup`<a href="${base}/">← Newest</a>`}
${older !== undefined && markup`<a class="older" href="${base}/?before=${older}" rel="next">Older →</a>`}
</nav>`;
}

const DATE = new Intl.DateTimeFormat("en-GB", {
  dateStyle: "long",
  timeStyle: "short",
  timeZone: "UTC",
});
const GRAPHEMES = new Intl.Segmenter();

/** What a reader takes for the first character, an emoji of several code points included. @param {string} name */
function initialOf(name) {
  const [first] = GRAPHEMES.segment(name);
  return first?.segment.toUpperCase();
}
