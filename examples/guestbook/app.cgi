#!/usr/bin/env tsgi-cgi
// A guestbook with a database, pictures and sessions, rendered by the server.
//
//   npm install tsgi busboy node-sqlite3-wasm
//
// CGI: copy this folder to a cgi-bin; the web server runs app.cgi. FastCGI: the same file,
//
//   tsgi-fcgi --socket /run/app/app.sock --mount / app.cgi
//
// What is written goes to GUESTBOOK_DATA, or to the folder ".data" beside this file. It must belong to
// the user who runs this, and be outside of the document root (which a cgi-bin is).
import { join } from "node:path";
import {
  catchErrors,
  compose,
  conditionalGet,
  etag,
  head,
  headerRewrite,
  requestId,
  staticFiles,
} from "tsgi/middleware";
import { guestbook } from "./guestbook.js";
import { Pictures } from "./pictures.js";
import { sessions } from "./session.js";
import { Store } from "./store.js";

const data = process.env.GUESTBOOK_DATA ?? join(import.meta.dirname, ".data");
const store = new Store(data);
const pictures = new Pictures(join(data, "pictures"));

const stack = compose(
  requestId(), // a name for the request, which the log and the failure page have
  catchErrors(),
  headerRewrite({
    set: [
      ["X-Content-Type-Options", "nosniff"], // what is uploaded is the image we say, or nothing
      ["Referrer-Policy", "same-origin"],
    ],
  }),
  head(),
  staticFiles(join(import.meta.dirname, "public"), {
    prefix: "/assets",
    maxAge: 3600,
  }),
  // Named by their content, so they never change.
  staticFiles(pictures.folder, {
    prefix: "/pictures",
    maxAge: 31_536_000,
    immutable: true,
  }),
  conditionalGet(),
  etag(),
  sessions(() => store.secret),
);

export default stack(guestbook(store, pictures));
