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
  | "SOCKET_ERROR"
  | "NGINX_HEADERS"
  | "NGINX_UPLOADS"
  | "NGINX_KEEPALIVE";

/** The socket between web server and application, and the web servers' settings for it. */
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
  NGINX_HEADERS: {
    level: "warning",
    title: "nginx takes only 4 KiB of response headers",
    causes: [
      {
        cause:
          'fastcgi_buffer_size is one page unless it is set; a few cookies more are a 502, "upstream sent too big header"',
        proof: "nginx -T",
        cure: "fastcgi_buffer_size 32k; fastcgi_buffers 8 32k;",
      },
    ],
  },
  NGINX_UPLOADS: {
    level: "hint",
    title: "nginx answers uploads above 1 MiB with 413",
    causes: [
      {
        cause: "client_max_body_size is 1m unless it is set",
        proof: "nginx -T",
        cure: "client_max_body_size 1g;",
      },
    ],
  },
  NGINX_KEEPALIVE: {
    level: "warning",
    title: "nginx keeps no connections, though half of that is configured",
    causes: [
      {
        cause:
          "fastcgi_keep_conn on needs an upstream with keepalive, and the other way round",
        proof: "nginx -T",
        cure: "write both, as in nginx/keepalive.conf",
      },
    ],
  },
};
