// Server-sent events: an answer that goes on until the client leaves. In a browser:
//
//   new EventSource("/").onmessage = (event) => console.log(event.data);
import { setTimeout } from "node:timers/promises";

/** @type {import("tsgi").Application} */
export default async function* clock(environ, startResponse) {
  startResponse("200 OK", [
    ["Content-Type", "text/event-stream"],
    ["Cache-Control", "no-store"],
    // nginx would collect a few kilobytes before it passes anything on.
    ["X-Accel-Buffering", "no"],
  ]);
  // Aborted when the client leaves: without it we should sleep on, unheard.
  const signal = environ["tsgi.signal"];
  for (;;) {
    yield `data: ${new Date().toISOString()}\n\n`;
    await setTimeout(1000, undefined, { signal });
  }
}
