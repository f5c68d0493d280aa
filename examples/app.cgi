#!/usr/bin/env tsgi-cgi
// One file in a cgi-bin: copy it there and make it executable (chmod +x app.cgi). The web
// server starts it for every request; the line above finds what runs it, after
// npm install --global tsgi. Without that take apache/app.cgi.

/** @type {import("tsgi").Application} */
module.exports = (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain; charset=utf-8"]]);
  return `Hello from ${environ.SCRIPT_NAME || "/"}, asked for ${environ.PATH_INFO || "nothing"}.\n`;
};
