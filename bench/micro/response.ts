// Stop 5: status and headers to the header block.
import { headerBlock, responseHead } from "../../src/common/response.ts";
import type { Header } from "../../src/common/types.ts";
import { measure } from "./measure.ts";
import { HEADERS } from "./request.ts";

const many: readonly Header[] = [
  ...HEADERS,
  ...Array.from(
    { length: 10 },
    (_, index): Header => [`X-Header-${index}`, "value ".repeat(5)],
  ),
];

for (const [title, headers] of [
  ["Two headers", HEADERS],
  ["Twelve headers", many],
] as const) {
  await measure(title, {
    "responseHead, headerBlock": () =>
      headerBlock(responseHead("200 OK", headers, 65_536)),
    "without any check": () => unchecked("200 OK", headers),
  });
}

function unchecked(status: string, headers: readonly Header[]): string {
  let fields = "";
  for (const [name, value] of headers) fields += `${name}: ${value}\r\n`;
  return `${fields}Status: ${status}\r\n\r\n`;
}
