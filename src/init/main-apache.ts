import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Ground, Main, MainFor } from "./main.ts";

/** Where distributions have them. */
const MODULE_FOLDERS = [
  "/usr/lib/apache2/modules",
  "/usr/lib64/httpd/modules",
  "/usr/lib/httpd/modules",
  "/usr/local/libexec/apache24",
] as const;

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

/** The file of a module, undefined where it is not installed, or built in. */
export function apacheModule(name: string): string | undefined {
  return MODULE_FOLDERS.map((folder) => join(folder, `mod_${name}.so`)).find(
    (file) => existsSync(file),
  );
}

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

/** Both. */
export const apachePreforkSuexecMain: MainFor = mainWith(
  ["mpm_prefork", "cgi", "suexec"],
  () => "",
);

function mainWith(
  modules: readonly string[],
  directives: (run: string) => string,
): MainFor {
  return (ground, port, certificate) =>
    main([...modules, ...MODULES], directives, ground, port, certificate);
}

function main(
  modules: readonly string[],
  directives: (run: string) => string,
  ground: Ground,
  port: number,
  certificate: string | undefined,
): Main {
  const { account, run, log } = ground;
  return {
    replacements: { "*:80": `127.0.0.1:${port}` },
    text: (site) => `
${loads(["unixd", ...modules]).join("\n")}
${account ? `User ${account.user}\nGroup ${account.group}` : ""}
ServerRoot ${run}
DefaultRuntimeDir ${run}
PidFile ${run}/apache.pid
Mutex file:${run} default
${directives(run)}
<IfModule fcgid_module>
FcgidIPCDir ${run}
FcgidProcessTableFile ${run}/fcgid
</IfModule>
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

function loads(modules: readonly string[]): string[] {
  return modules.flatMap((name) => {
    const file = apacheModule(name);
    return file === undefined ? [] : [`LoadModule ${name}_module ${file}`];
  });
}
