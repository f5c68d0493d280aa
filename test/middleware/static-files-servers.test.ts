// The web server sends the file: what staticFiles says by a header is understood by real servers.
import assert from "node:assert/strict";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { serve } from "../../src/fastcgi/index.ts";
import { staticFiles } from "../../src/middleware/static-files.ts";
import { hello } from "../support/in-process.ts";
import { Daemon } from "../support/servers/daemon.ts";
import { find } from "../support/servers/sandbox.ts";
import { freePort } from "../support/servers/server.ts";

const NAME = "grün %41 +.txt";
const TARGET = `/${encodeURIComponent(NAME)}`;

interface Server {
  readonly program: string;
  configuration(folder: string, port: number): string;
  args(file: string): string[];
}

const servers: readonly Server[] = [
  {
    program: "lighttpd",
    configuration: (folder, port) => `
server.modules = ( "mod_fastcgi" )
server.bind = "127.0.0.1"
server.port = ${port}
server.document-root = "${folder}/empty"
fastcgi.server = ( "/" => ((
  "socket" => "${folder}/app.sock",
  "check-local" => "disable",
  "fix-root-scriptname" => "enable",
  "x-sendfile" => "enable",
  "x-sendfile-docroot" => ( "${folder}/files" )
)) )
`,
    args: (file) => ["-D", "-f", file],
  },
  {
    program: "nginx",
    configuration: (folder, port) => `
${process.getuid?.() === 0 ? "user root;" : ""}
daemon off;
pid ${folder}/nginx.pid;
error_log stderr;
events { }
http {
  access_log off;
  fastcgi_temp_path ${folder}/fastcgi;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${port};
    location /_files/ { internal; alias ${folder}/files/; }
    location / {
      include /etc/nginx/fastcgi_params;
      fastcgi_pass unix:${folder}/app.sock;
    }
  }
}
`,
    args: (file) => ["-e", "stderr", "-c", file],
  },
];

/** Serves a folder of files by the server; the address of what `sendfile` was told to send. */
async function start(t: TestContext, server: Server): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "tsgi-sendfile-"));
  chmodSync(folder, 0o755);
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "files"));
  mkdirSync(join(folder, "empty"));
  writeFileSync(join(folder, "files", NAME), "0123456789");
  const application = staticFiles(join(folder, "files"), {
    sendfile: "auto",
    location: "/_files",
  })(hello);
  const responder = await serve(application, {
    listen: [join(folder, "app.sock")],
    inherited: false,
    mount: "/",
  });
  t.after(() => responder.close());
  const port = await freePort();
  const file = join(folder, "server.conf");
  writeFileSync(file, server.configuration(folder, port));
  const daemon = new Daemon(find(server.program) ?? "", server.args(file), {
    env: { PATH: process.env.PATH },
  });
  t.after(() => daemon.stop());
  await daemon.accepts({ host: "127.0.0.1", port });
  return `http://127.0.0.1:${port}`;
}

describe("G5.08 staticFiles with sendfile", () => {
  for (const server of servers) {
    const { program } = server;
    const skip = find(program) === undefined && `${program} is not installed`;
    test(`lets ${program} send a file, a range and a 304`, {
      skip,
    }, async (t) => {
      const site = await start(t, server);
      const whole = await fetch(site + TARGET);
      assert.equal(whole.status, 200);
      assert.equal(await whole.text(), "0123456789");
      assert.equal(whole.headers.get("content-length"), "10");
      assert.match(whole.headers.get("content-type") ?? "", /^text\/plain/);
      for (const name of ["x-lighttpd-send-file", "x-accel-redirect"]) {
        assert.equal(whole.headers.get(name), null);
      }
      // Which only the server can have made: staticFiles said nothing of them.
      const etag = whole.headers.get("etag") ?? assert.fail("no ETag");

      const part = await fetch(site + TARGET, {
        headers: { Range: "bytes=2-4" },
      });
      assert.equal(part.status, 206);
      assert.equal(await part.text(), "234");

      const unchanged = await fetch(site + TARGET, {
        headers: { "If-None-Match": etag },
      });
      assert.equal(unchanged.status, 304);

      const head = await fetch(site + TARGET, { method: "HEAD" });
      assert.equal(head.status, 200);
      assert.equal(head.headers.get("content-length"), "10");

      const other = await fetch(`${site}/missing`);
      assert.equal(await other.text(), "hello");
    });
  }
});
