#!/usr/bin/env tsgi-cgi
// One file in a cgi-bin, executable (chmod +x). Node takes a .cgi file for CommonJS,
// so this one exports by `module.exports`; an ES module needs the extension .mjs.

/** @type {import("tsgi").Application} */
module.exports = (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain; charset=utf-8"]]);
  return `Hello from ${environ.SCRIPT_NAME}, asked for ${environ.PATH_INFO || "nothing"}.\n`;
};
