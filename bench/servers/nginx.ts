import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { subfolder } from "../harness/folder.ts";
import type { WebServerKind } from "./server.ts";

const TEMPORARY = ["client_body", "fastcgi", "proxy", "scgi", "uwsgi"] as const;

/** Debian's nginx.conf in small, with one worker process and room for many clients. */
export const nginx: WebServerKind = {
  name: "nginx",
  program: "nginx",
  mount: "/app",
  setups: {
    kept: {
      fastcgi: "nginx/keepalive.conf",
      http: "bench/servers/nginx-proxy.conf",
      // As many as there may be clients, so that none of them is without one.
      replacements: { "keepalive 64;": "keepalive 256;" },
    },
    streaming: {
      fastcgi: "nginx/streaming.conf",
      http: "bench/servers/nginx-proxy-streaming.conf",
      replacements: { "client_max_body_size 1g;": "client_max_body_size 0;" },
    },
  },
  listen: (port) => ({
    "listen 80;": `listen 127.0.0.1:${port} backlog=1024;`,
  }),
  addParams(site, params) {
    const lines = Object.entries(params).map(
      ([name, value]) => `fastcgi_param ${name} ${value};`,
    );
    const at = "include fastcgi_params;";
    return site.replace(at, [at, ...lines].join(" "));
  },
  addSocket: (site, first, second) =>
    site.replace(
      `server unix:${first};`,
      `server unix:${first}; server unix:${second};`,
    ),
  main(folder, _port, site) {
    // nginx looks for what is included beside its main file.
    symlinkSync("/etc/nginx/fastcgi_params", join(folder, "fastcgi_params"));
    const temporary = TEMPORARY.map(
      (name) => `  ${name}_temp_path ${subfolder(folder, name)};`,
    );
    return `${process.getuid?.() === 0 ? "user www-data;" : ""}
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 4096; }
http {
  access_log off;
${temporary.join("\n")}
  include ${site};
}
`;
  },
  // -e: where it writes before it has read the file.
  args: (main, folder) => ["-e", join(folder, "error.log"), "-c", main],
};
