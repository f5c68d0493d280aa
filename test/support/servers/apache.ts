import type { Main, MainFor } from "./main.ts";
import type { Sandbox } from "./sandbox.ts";

const MODULES = [
  "auth_basic",
  "authn_core",
  "authz_core",
  "authz_user",
  "alias",
  "dir",
  "env",
  "mime",
  "rewrite",
  "setenvif",
  "fcgid",
  "proxy",
  "proxy_fcgi",
  "authnz_fcgi",
] as const;

/** Debian's apache2.conf in small. */
export const apacheMain: MainFor = mainWith(
  ["mpm_event", "cgid"],
  (run) => `ScriptSock ${run}/cgid.sock`,
);

/** The same with processes instead of threads, which start CGI programs themselves. */
export const apachePreforkMain: MainFor = mainWith(
  ["mpm_prefork", "cgi"],
  () => "",
);

/** The same with suEXEC. */
export const apacheSuexecMain: MainFor = mainWith(
  ["mpm_event", "cgid", "suexec"],
  (run) => `ScriptSock ${run}/cgid.sock`,
);

function mainWith(
  modules: readonly string[],
  directives: (run: string) => string,
): MainFor {
  return (sandbox, port, certificate) =>
    main([...modules, ...MODULES], directives, sandbox, port, certificate);
}

function main(
  modules: readonly string[],
  directives: (run: string) => string,
  sandbox: Sandbox,
  port: number,
  certificate: string | undefined,
): Main {
  const { account, run, log } = sandbox;
  return {
    replacements: { "*:80": `127.0.0.1:${port}` },
    text: (site) => `
${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join("\n")}
${account ? `User ${account.user}\nGroup ${account.group}` : ""}
ServerRoot ${run}
DefaultRuntimeDir ${run}
PidFile ${run}/apache.pid
Mutex file:${run} default
${directives(run)}
FcgidIPCDir ${run}
FcgidProcessTableFile ${run}/fcgid
ErrorLog ${log}/error.log
TypesConfig /dev/null
ServerName localhost
StartServers 1
${certificate ? `LoadModule ssl_module /usr/lib/apache2/modules/mod_ssl.so\nSSLEngine on\nSSLCertificateFile ${certificate}` : ""}
Listen 127.0.0.1:${port}
<Directory />
  AllowOverride None
  Require all denied
</Directory>
Include ${site}
`,
    args: (main) => ["-f", main, "-DFOREGROUND"],
  };
}
