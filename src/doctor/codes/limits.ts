import type { CodeRow } from "./row.ts";

/** Codes of {@link limitCodes}. */
export type LimitCode =
  | "ENCODED_SLASHES"
  | "HEADER_LINES"
  | "FCGID_REQUEST_LENGTH"
  | "FCGID_IO_TIMEOUT"
  | "FCGID_BUFFER"
  | "FCGID_PROCESSES"
  | "PROXY_BUFFERS"
  | "PROXY_RECONNECTS"
  | "NGINX_HEADERS"
  | "NGINX_UPLOADS"
  | "NGINX_KEEPALIVE";

/** Limits and defaults of web servers that bite later. */
export const limitCodes: Readonly<Record<LimitCode, CodeRow>> = {
  ENCODED_SLASHES: {
    level: "hint",
    title: "paths with %2F are answered 404",
    causes: [
      {
        cause:
          "allowEncodedSlashes is off unless each <VirtualHost> says otherwise",
        proof: "curl URL/a%2Fb",
        cure: "allowEncodedSlashes NoDecode, in the <VirtualHost>",
      },
    ],
  },
  HEADER_LINES: {
    level: "hint",
    title: "header lines above 8,190 bytes are answered 400",
    causes: [
      {
        cause: "LimitRequestFieldSize is 8190 unless it is set",
        proof: "a request with a long Cookie",
        cure: "LimitRequestFieldSize 16000, in the <VirtualHost>",
      },
    ],
  },
  FCGID_REQUEST_LENGTH: {
    level: "warning",
    title: "mod_fcgid answers uploads above 128 KiB with 500",
    causes: [
      {
        cause: "FcgidMaxRequestLen is 131072 unless it is set",
        proof: 'the log has "exceeds MaxRequestLen"',
        cure: "FcgidMaxRequestLen 1073741824",
      },
    ],
  },
  FCGID_IO_TIMEOUT: {
    level: "hint",
    title: "mod_fcgid answers 500 after 40 seconds of silence",
    causes: [
      {
        cause: "FcgidIOTimeout is 40 unless it is set",
        proof: 'the log has "read data timeout in 40 seconds"',
        cure: "FcgidIOTimeout 300",
      },
    ],
  },
  FCGID_BUFFER: {
    level: "hint",
    title:
      "mod_fcgid holds responses back until they have 64 KiB or are complete",
    causes: [
      {
        cause:
          "FcgidOutputBufferSize is 65536 unless it is set; server-sent events do not arrive",
        proof: "curl -N URL",
        cure: "FcgidOutputBufferSize 0",
      },
    ],
  },
  FCGID_PROCESSES: {
    level: "hint",
    title: "mod_fcgid keeps three processes of the application for ever",
    causes: [
      {
        cause:
          "FcgidMinProcessesPerClass is 3 unless it is set; each is a whole Node",
        proof: "ps after a quiet hour",
        cure: "FcgidMinProcessesPerClass 1 (or 0)",
      },
    ],
  },
  PROXY_BUFFERS: {
    level: "hint",
    title: "mod_proxy_fcgi holds small parts of a response back",
    causes: [
      {
        cause:
          "without flushpackets=on they wait for more; server-sent events do not arrive",
        proof: "curl -N URL",
        cure: "flushpackets=on behind ProxyPass",
      },
    ],
  },
  PROXY_RECONNECTS: {
    level: "hint",
    title: "mod_proxy_fcgi makes a connection for each request",
    causes: [
      {
        cause: "it keeps them only with enablereuse=on",
        proof: "ss -x while requests run",
        cure: "enablereuse=on behind ProxyPass",
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
