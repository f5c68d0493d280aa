import type { WebServerKind } from "./server.ts";

const MODULES = [
  ...["mpm_event", "authn_core", "authz_core", "alias", "dir", "env", "mime"],
  ...["setenvif", "cgid", "proxy", "proxy_fcgi", "proxy_http"],
] as const;

/** Debian's apache2.conf in small, with room for many clients. */
export const apache: WebServerKind = {
  name: "apache",
  program: "apache2",
  mount: "/app",
  setups: {
    kept: {
      fastcgi: "apache/proxy-fcgi.conf",
      http: "bench/servers/apache-proxy.conf",
    },
    streaming: {
      fastcgi: "apache/proxy-fcgi.conf",
      http: "bench/servers/apache-proxy.conf",
    },
    fresh: {
      fastcgi: "apache/proxy-fcgi.conf",
      http: "bench/servers/apache-proxy.conf",
      replacements: { " enablereuse=on": "" },
    },
  },
  listen: (port) => ({ "*:80": `127.0.0.1:${port}` }),
  addParams(site, params) {
    const lines = Object.entries(params).map(
      ([name, value]) => `ProxyFCGISetEnvIf "true" ${name} "${value}"`,
    );
    return site.replace(
      "</VirtualHost>",
      `${lines.join("\n")}\n</VirtualHost>`,
    );
  },
  main: (folder, port, site) => `
${MODULES.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join("\n")}
${process.getuid?.() === 0 ? "User www-data\nGroup www-data" : ""}
ServerRoot ${folder}
DefaultRuntimeDir ${folder}
PidFile ${folder}/apache.pid
Mutex file:${folder} default
ScriptSock ${folder}/cgid.sock
ErrorLog ${folder}/error.log
TypesConfig /dev/null
ServerName localhost
KeepAlive On
MaxKeepAliveRequests 0
# One process, so that all its threads share the connections it keeps.
StartServers 1
ServerLimit 1
ThreadLimit 300
ThreadsPerChild 300
MaxRequestWorkers 300
MaxSpareThreads 300
Listen 127.0.0.1:${port}
<Directory />
  AllowOverride None
  Require all denied
</Directory>
Include ${site}
`,
  args: (main) => ["-f", main, "-DFOREGROUND"],
};

/** The same with processes instead of threads, which start CGI programs themselves (mod_cgi). */
export const apachePrefork: WebServerKind = {
  ...apache,
  main: (folder, port, site) =>
    apache
      .main(folder, port, site)
      .replace(/mpm_event/g, "mpm_prefork")
      .replace(/^LoadModule cgid.*$/m, MOD_CGI)
      .replace(/^(?:ScriptSock|ServerLimit|Thread|MaxSpareThreads).*\n/gm, "")
      .replace("StartServers 1", "StartServers 8"),
};

const MOD_CGI = "LoadModule cgi_module /usr/lib/apache2/modules/mod_cgi.so";
