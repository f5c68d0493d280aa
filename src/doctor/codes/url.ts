import type { CodeRow } from "./row.ts";

/** Codes of {@link urlCodes}. */
export type UrlCode =
  | "URL_UNREACHABLE"
  | "SOURCE_SHOWN"
  | "URL_FORBIDDEN"
  | "URL_NOT_FOUND"
  | "URL_FAILS"
  | "HTTPS_LOST"
  | "STREAM_BUFFERED";

/** What a visitor gets. */
export const urlCodes: Readonly<Record<UrlCode, CodeRow>> = {
  URL_UNREACHABLE: {
    level: "error",
    title: "nobody answers at the URL",
    causes: [
      {
        cause:
          "the web server does not run, the name is not known, or a firewall is between",
        proof: "curl -v URL",
        cure: "start the web server; look at the name and the port",
      },
    ],
  },
  SOURCE_SHOWN: {
    level: "error",
    title: "visitors see the program's source",
    causes: [
      {
        cause:
          "the web server has no handler for it, and sends it like any file, secrets included",
        proof: "curl URL | head -1 shows #!",
        cure: "AddHandler cgi-script .cgi and Options +ExecCGI; keep the application outside of the document root",
      },
    ],
  },
  URL_FORBIDDEN: {
    level: "error",
    title: "the web server answers 403",
    causes: [
      {
        cause:
          "execCGI is off, nobody is granted access, or the file may not be read",
        proof: "the web server's error log",
        cure: "tsgi doctor FILE, for the file behind the URL",
      },
    ],
  },
  URL_NOT_FOUND: {
    level: "error",
    title: "the web server finds nothing there",
    causes: [
      {
        cause:
          "the path in ScriptAlias, ProxyPass or location differs from that of the URL",
        proof: "the web server's error log",
        cure: "compare the URL with the configuration",
      },
    ],
  },
  URL_FAILS: {
    level: "error",
    title: "the URL is answered with an error of the server",
    causes: [
      {
        cause:
          "500: the program failed; 502 and 503: nobody listens; 504: it was silent for too long",
        proof: "the web server's error log",
        cure: "tsgi doctor FILE or --socket PATH, for what is behind the URL",
      },
    ],
  },
  HTTPS_LOST: {
    level: "error",
    title: "the application takes https for http",
    causes: [
      {
        cause:
          "TLS ends before the web server, which does not say so: redirects lead to http, or in circles",
        proof: "curl -I URL shows Location: http://",
        cure: 'Apache: SetEnvIf X-Forwarded-Proto "^https$" HTTPS=on; nginx: fastcgi_param HTTPS on;',
      },
    ],
  },
  STREAM_BUFFERED: {
    level: "warning",
    title: "a stream arrives all at once",
    causes: [
      {
        cause:
          "something on the way collects the response before it passes it on",
        proof: "curl -N URL",
        cure: "Apache: flushpackets=on, FcgidOutputBufferSize 0; nginx: fastcgi_buffering off; lighttpd: server.stream-response-body = 1",
      },
    ],
  },
};
