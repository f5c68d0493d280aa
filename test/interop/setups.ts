// The set-ups under test: one row for each way of hosting an application which we ship a file for.
import type { ServerName } from "../support/servers/server.ts";

export interface Setup {
  /** The shipped file, which is also the set-up's name. */
  readonly file: string;
  readonly server: ServerName;
  /** The shipped virtual host around an .htaccess file is the hosting company's. */
  readonly htaccess?: true;
  /** Where the application is, as a URL path; "" is the whole site. */
  readonly mount: string;
  /** Who starts the application: a service manager, or the web server by a shipped program. */
  readonly program?: "app.cgi" | "app.fcgi";
  /** The application listens at 127.0.0.1:9000 instead of /run/app/app.sock. */
  readonly tcp?: true;
  /** Further options of the command line. */
  readonly options?: readonly string[];
}

export const setups: readonly Setup[] = [
  {
    file: "apache/cgi.conf",
    server: "apache",
    mount: "/app",
    program: "app.cgi",
  },
  {
    file: "apache/cgi.htaccess",
    server: "apache",
    htaccess: true,
    mount: "",
    program: "app.cgi",
  },
  {
    file: "apache/fcgid.conf",
    server: "apache",
    mount: "/app",
    program: "app.fcgi",
  },
  {
    file: "apache/fcgid.htaccess",
    server: "apache",
    htaccess: true,
    mount: "",
    program: "app.fcgi",
  },
  { file: "apache/proxy-fcgi.conf", server: "apache", mount: "/app" },
  {
    file: "apache/proxy-fcgi.htaccess",
    server: "apache",
    htaccess: true,
    mount: "",
  },
  {
    file: "lighttpd/cgi.conf",
    server: "lighttpd",
    mount: "/app",
    program: "app.cgi",
  },
  {
    file: "lighttpd/bin-path.conf",
    server: "lighttpd",
    mount: "/app",
    program: "app.fcgi",
  },
  { file: "lighttpd/fastcgi.conf", server: "lighttpd", mount: "" },
  { file: "nginx/fastcgi.conf", server: "nginx", mount: "" },
  { file: "nginx/keepalive.conf", server: "nginx", mount: "/app" },
  { file: "nginx/streaming.conf", server: "nginx", mount: "/app" },
  {
    file: "haproxy/fcgi-app.cfg",
    server: "haproxy",
    mount: "",
  },
  {
    file: "haproxy/multiplex.cfg",
    server: "haproxy",
    mount: "",
  },
];

export function setupOf(file: string): Setup {
  const setup = setups.find((row) => row.file === file);
  if (setup === undefined) throw new Error(`There is no set-up "${file}"`);
  return setup;
}
