import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { MainFor } from "./main.ts";

const TEMPORARY = ["client_body", "fastcgi", "proxy", "scgi", "uwsgi"] as const;

/** Debian's nginx.conf in small. */
export const nginxMain: MainFor = (ground, port, certificate) => {
  const { account, root, run, log } = ground;
  const temporary = join(root, "nginx");
  // They are there when it is started again.
  mkdirSync(temporary, { recursive: true });
  ground.give(temporary);
  // nginx looks for what is included beside its main file.
  const params = join(root, "fastcgi_params");
  if (!existsSync(params)) symlinkSync("/etc/nginx/fastcgi_params", params);
  return {
    replacements: {
      "listen 80;": certificate
        ? `listen 127.0.0.1:${port} ssl; ssl_certificate ${certificate}; ssl_certificate_key ${certificate};`
        : `listen 127.0.0.1:${port};`,
    },
    text: (site) => `
${account ? `user ${account.user} ${account.group};` : ""}
daemon off;
worker_processes 1;
pid ${run}/nginx.pid;
error_log ${log}/error.log;
events { worker_connections 64; }
http {
  access_log off;
${TEMPORARY.map((name) => `  ${name}_temp_path ${temporary}/${name};`).join("\n")}
  include ${site};
}
`,
    // -e: where it writes before it has read the file.
    args: (main) => ["-e", `${log}/error.log`, "-c", main],
  };
};
