import type { CodeRow } from "./row.ts";

/** Codes of {@link socketCodes}. */
export type SocketCode =
  | "SOCKET_MISSING"
  | "SOCKET_KIND"
  | "SOCKET_STALE"
  | "SOCKET_FORBIDDEN"
  | "SOCKET_IN_TMP"
  | "SOCKET_HTTP"
  | "SOCKET_FOREIGN"
  | "SOCKET_SILENT"
  | "SOCKET_ERROR";

/** The socket between web server and application. */
export const socketCodes: Readonly<Record<SocketCode, CodeRow>> = {
  SOCKET_MISSING: {
    level: "error",
    title: "there is no such socket",
    causes: [
      {
        cause: "tsgi-fcgi does not run, or listens elsewhere",
        proof: "ls -l SOCKET; the web server answers 502 or 503",
        cure: "start tsgi-fcgi with this --socket",
      },
    ],
  },
  SOCKET_KIND: {
    level: "error",
    title: "the path is no socket",
    causes: [
      {
        cause: "a file or folder of that name is in the way",
        proof: "ls -ld SOCKET",
        cure: "choose another path",
      },
    ],
  },
  SOCKET_STALE: {
    level: "error",
    title: "nobody listens at the socket",
    causes: [
      {
        cause: "its process died and left it behind",
        proof: "ss -xl | grep SOCKET shows nothing",
        cure: "start tsgi-fcgi with this --socket; it replaces what nobody listens at",
      },
    ],
  },
  SOCKET_FORBIDDEN: {
    level: "error",
    title: "the web server's user may not use the socket",
    causes: [
      {
        cause:
          "to connect takes the right to write to it; it has 0660 unless told otherwise",
        proof: 'ls -l SOCKET; the log has "connect() ... Permission denied"',
        cure: "tsgi-fcgi --socket-group with a group of the web server's user",
      },
    ],
    fixable: true,
  },
  SOCKET_IN_TMP: {
    level: "warning",
    title: "the socket is below /tmp",
    causes: [
      {
        cause:
          "services with PrivateTmp= have a /tmp of their own, and do not see it",
        proof: "systemctl show -p PrivateTmp apache2",
        cure: "a folder below /run: RuntimeDirectory= in the unit",
      },
    ],
  },
  SOCKET_HTTP: {
    level: "error",
    title: "an HTTP server listens at the socket",
    causes: [
      {
        cause:
          'the web server speaks FastCGI to it, and gets "unsupported FastCGI protocol version: 72"',
        proof: "curl --unix-socket SOCKET http://localhost/",
        cure: "start the program by tsgi-fcgi, which speaks FastCGI for it",
      },
    ],
  },
  SOCKET_FOREIGN: {
    level: "error",
    title: "what listens at the socket does not speak FastCGI",
    causes: [
      {
        cause:
          "another program has the path, or the connection was closed at once",
        proof: "ss -xlp | grep SOCKET shows whose it is",
        cure: "another path for the application, in its command line and the web server's configuration",
      },
    ],
  },
  SOCKET_SILENT: {
    level: "error",
    title: "what listens at the socket does not answer",
    causes: [
      {
        cause: "its process is stopped, or its event loop is blocked",
        proof: "tsgi request --socket SOCKET -m 5s GET /",
        cure: "restart it",
      },
    ],
  },
  SOCKET_ERROR: {
    level: "error",
    title:
      "the application behind the socket answers with an error of the server",
    causes: [
      {
        cause: "it runs and fails; its log has the reason",
        proof: "tsgi request --socket SOCKET GET /",
        cure: "what its log says",
      },
    ],
  },
};
