// Each middleware of the package in such a state that it lets an application's answer through.
import type { Middleware } from "../../src/common/types.ts";
import {
  accessLog,
  cascade,
  catchErrors,
  compose,
  conditionalGet,
  etag,
  forwarded,
  head,
  headerRewrite,
  methodOverride,
  mount,
  requestId,
  staticFiles,
  timeout,
} from "../../src/middleware/index.ts";
import type { InProcessRequest } from "../support/in-process.ts";

export interface Entry {
  readonly middleware: Middleware;
  /** A request which the middleware has something to do for. */
  readonly init?: InProcessRequest;
  /** To have the whole body first is its purpose. */
  readonly buffers?: boolean;
}

const FORM = "application/x-www-form-urlencoded";

/** By the name it is exported under; what follows a colon tells entries of one name apart. */
export const everyMiddleware: Readonly<Record<string, Entry>> = {
  accessLog: { middleware: accessLog({ sink: () => {} }) },
  "cascade: the last": {
    middleware: (application) =>
      cascade([
        (_environ, startResponse) => {
          startResponse("404 Not Found", []);
          return "not here";
        },
        application,
      ]),
  },
  "cascade: after one that starts late": {
    middleware: (application) =>
      cascade([
        function* (_environ, startResponse) {
          startResponse("404 Not Found", []);
          yield "not here";
        },
        application,
      ]),
  },
  "cascade: the first": {
    middleware: (application) =>
      cascade([application, () => Promise.reject(new Error("never asked"))]),
  },
  catchErrors: { middleware: catchErrors() },
  compose: { middleware: compose(head(), requestId()) },
  conditionalGet: {
    middleware: conditionalGet(),
    init: { headers: [["If-None-Match", '"old"']] },
  },
  etag: { middleware: etag() },
  forwarded: {
    middleware: forwarded({ host: 1 }),
    init: {
      headers: [
        ["X-Forwarded-For", "192.0.2.1"],
        ["X-Forwarded-Proto", "https"],
        ["X-Forwarded-Host", "shop.example"],
      ],
    },
  },
  "head: GET": { middleware: head() },
  "head: HEAD": { middleware: head(), init: { method: "HEAD" } },
  headerRewrite: {
    middleware: headerRewrite({ remove: ["X-Length"], set: [["X-A", "b"]] }),
  },
  methodOverride: {
    middleware: methodOverride({ field: "_method" }),
    init: {
      method: "POST",
      headers: [["Content-Type", FORM]],
      body: "_method=put&a=b",
    },
  },
  mount: {
    middleware: (application) => mount({ "/wiki": application }),
    init: { target: "/wiki/page" },
  },
  requestId: { middleware: requestId() },
  staticFiles: { middleware: staticFiles(import.meta.dirname) },
  timeout: { middleware: timeout({ timeoutMs: 60_000 }) },
};
