import { STATUS_CODES } from "node:http";
import { escapeHtml } from "../common/html.ts";

/** A page that tells what is wrong, for the developer whom the preview serves. */
export interface Page {
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** @param accept the request's Accept header; without text/html in it the page is plain text */
export function reasonPage(
  status: number,
  reason: string,
  accept: string | undefined,
): Page {
  const title = `${status} ${STATUS_CODES[status] ?? ""}`.trim();
  if (!accept?.includes("text/html")) {
    return {
      contentType: "text/plain; charset=utf-8",
      body: Buffer.from(`${title}\n\n${reason}\n`),
    };
  }
  return {
    contentType: "text/html; charset=utf-8",
    body: Buffer.from(
      `<!doctype html>\n<title>${title}</title>\n<h1>${title}</h1>\n<pre>${escapeHtml(reason)}</pre>\n`,
    ),
  };
}
