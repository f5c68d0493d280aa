// Server-sent events: what one visitor says, all others see at once. It needs a process that stays, so
// FastCGI: tsgi-fcgi --socket /run/app.sock events.js
import { EventEmitter, once } from "node:events";
import { html, readBody, text } from "tsgi";

/** What was said last; a browser that was away gets what it has missed. */
/** @type {{ id: number, said: string }[]} */
const messages = [];
const KEPT = 100;
const news = new EventEmitter().setMaxListeners(0);

// Proxies give up a connection that is silent for long, mostly after a minute.
const BEAT_MS = 15_000;

/** @type {import("tsgi").Application} */
export default async function chat(environ, startResponse) {
  const { REQUEST_METHOD, PATH_INFO } = environ;
  if (PATH_INFO === "/events") return listen(environ, startResponse);
  const answer = REQUEST_METHOD === "POST" ? await say(environ) : html(PAGE);
  return answer(environ, startResponse);
}

/**
 * @param {import("tsgi").Environ} environ
 * @param {import("tsgi").StartResponse} startResponse
 */
async function* listen(environ, startResponse) {
  startResponse("200 OK", [
    ["Content-Type", "text/event-stream"],
    ["Cache-Control", "no-store"],
    // nginx would collect a few kilobytes before it passes anything on.
    ["X-Accel-Buffering", "no"],
  ]);
  // A comment, so that the browser knows it is connected before there is any news. write.flush() would send
  // the head alone, which lighttpd passes on, but Apache and nginx keep until a body begins.
  yield ": welcome\n\n";

  const signal = environ["tsgi.signal"];
  let last = Number(environ.HTTP_LAST_EVENT_ID) || 0;
  for (;;) {
    const next = messages.find(({ id }) => id > last);
    if (next !== undefined) {
      last = next.id;
      yield `id: ${last}\ndata: ${JSON.stringify(next.said)}\n\n`;
      continue;
    }
    const patience = AbortSignal.any([signal, AbortSignal.timeout(BEAT_MS)]);
    try {
      await once(news, "message", { signal: patience });
    } catch (error) {
      // Aborted when the client leaves: this is how we learn of it, and end.
      if (signal.aborted) throw error;
      yield ": still here\n\n";
    }
  }
}

/** @param {import("tsgi").Environ} environ */
async function say(environ) {
  const form = (await readBody(environ, { limit: 4096 })).form();
  const said = form.get("said")?.trim();
  if (!said) return text("Say something\n", { status: 422 });
  const id = (messages.at(-1)?.id ?? 0) + 1;
  messages.push({ id, said });
  if (messages.length > KEPT) messages.shift();
  news.emit("message");
  return text("", { status: 204 });
}

const PAGE = `<!doctype html>
<meta charset="utf-8">
<title>Chat</title>
<form><input name="said" autofocus> <button>Say</button></form>
<ol></ol>
<script>
  const form = document.querySelector("form");
  new EventSource("events").onmessage = ({ data }) => {
    const item = document.createElement("li");
    item.textContent = JSON.parse(data);
    document.querySelector("ol").prepend(item);
  };
  form.onsubmit = (event) => {
    event.preventDefault();
    fetch("", { method: "POST", body: new URLSearchParams(new FormData(form)) });
    form.reset();
  };
</script>
`;
