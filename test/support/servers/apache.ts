import type { MainFor } from "./main.ts";

const MODULES = [
  "mpm_event",
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
  "cgid",
  "fcgid",
  "proxy",
  "proxy_fcgi",
  "authnz_fcgi",
] as const;

/** Debian's apache2.conf in small. */
export const apacheMain: MainFor = (sandbox, port, certificate) => {
  const { account, run, log } = sandbox;
  return {
    replacements: { "*:80": `127.0.0.1:${port}` },
    text: (site) => `
${MODULES.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join("\n")}
${account ? `User ${account.user}\nGroup ${account.group}` : ""}
ServerRoot ${run}
DefaultRuntimeDir ${run}
PidFile ${run}/apache.pid
Mutex file:${run} default
ScriptSock ${run}/cgid.sock
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
};
