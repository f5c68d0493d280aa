// Files that go out: one by hand, with a name to save it under, and a whole folder with all that browsers
// ask of one (types, ranges, 304), which is staticFiles.
import { open } from "node:fs/promises";
import { text, wrapFile } from "tsgi";
import { mount, staticFiles } from "tsgi/middleware";

const folder = import.meta.dirname;

/** @type {import("tsgi").Application} */
async function download(environ, startResponse) {
  const file = await open(import.meta.filename);
  const { size } = await file.stat();
  startResponse("200 OK", [
    ["Content-Type", "text/javascript; charset=utf-8"],
    // A client can see how far it is, and whether something is missing.
    ["Content-Length", String(size)],
    ["Content-Disposition", attachment("Überraschung 🎁.js")],
  ]);
  // By the server's own tsgi.file_wrapper, where there is one; the file is closed when all is sent, or
  // when the client leaves.
  return wrapFile(environ, file);
}

/** Headers have no Unicode, so the name is there twice (RFC 6266, section 5). @param {string} name */
function attachment(name) {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/gu, "_");
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

export default mount({
  "/": staticFiles(folder, { maxAge: 60 })(text("Not here\n", { status: 404 })),
  "/download": download,
});
