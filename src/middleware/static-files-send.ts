// A file by way of `send`. Apart, since it loads node:http, which a request for no file need not wait for.
import { relative, sep } from "node:path";
import send from "send";
import { fromNode } from "../adapters/index.ts";
import type { Application } from "../common/types.ts";

/** Sends a file which was found to be one; `send` adds validators and ranges. */
export function sendFile(
  file: { readonly path: string; readonly root: string },
  { maxAge = 0, immutable = false }: { maxAge?: number; immutable?: boolean },
): Application {
  const names = relative(file.root, file.path).split(sep);
  const path = `/${names.map(encodeURIComponent).join("/")}`;
  return fromNode((request, response) => {
    send(request, path, {
      root: file.root,
      // Whether it may be served was asked of the name in the request.
      dotfiles: "allow",
      index: false,
      maxAge: maxAge * 1000,
      immutable,
    }).pipe(response);
  });
}
