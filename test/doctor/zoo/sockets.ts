import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Server } from "node:net";
import { dirname, join } from "node:path";
import type { FindingCode } from "../../../src/doctor/codes/index.ts";
import { serve } from "../../../src/fastcgi/index.ts";
import type { Application } from "../../../src/index.ts";
import { apacheMain } from "../../../src/init/main-apache.ts";
import { Habitat } from "./habitat.ts";

/** A socket, set up well or badly. */
export interface SocketCase {
  readonly name: string;
  /** Nothing for a healthy one. */
  readonly code?: FindingCode;
  readonly act: (den: Den) => unknown;
  readonly fixed?: true;
  readonly asRoot?: true;
}

const hello: Application = (_environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return "hello";
};

/** A folder with a socket, and the configurations that lead to it. Not in /tmp, which is a finding itself. */
export class Den {
  readonly habitat: Habitat = new Habitat("module");
  readonly folder: string = mkdtempSync("/dev/shm/tsgi-");
  socket: string = join(this.folder, "app.sock");

  constructor() {
    const { habitat } = this;
    chmodSync(this.folder, 0o755);
    habitat.closers.push(() =>
      rmSync(this.folder, { recursive: true, force: true }),
    );
    this.configure("apache/proxy-fcgi.conf");
    const { user } = habitat.question;
    habitat.question = {
      socket: this.socket,
      apacheConfig: habitat.config,
      user,
    };
  }

  /** Has Apache or nginx pass requests on, as a shipped file does. */
  configure(file: string, from: string | RegExp = /$^/, to = ""): void {
    const { sandbox, site } = this.habitat;
    const shipped = sandbox
      .shipped(file)
      .replaceAll(join(sandbox.run, "app.sock"), this.socket)
      .replace(from, () => to);
    if (file.startsWith("apache")) {
      const text = shipped.replace("*:80", "127.0.0.1:8080");
      writeFileSync(site, text);
      sandbox.write(
        "main.conf",
        apacheMain(sandbox, 8080, undefined).text(site),
      );
    } else {
      const files = {
        "/etc/nginx/nginx.conf": `http {\n  include ${sandbox.write("nginx.conf", shipped)};\n}\n`,
      };
      this.habitat.furniture = { files };
    }
  }

  /** An application of ours, listening. */
  async serve(application: Application = hello): Promise<void> {
    const server = await serve(application, {
      listen: [this.socket],
      inherited: false,
      onError: () => {},
    });
    chmodSync(this.socket, 0o666);
    this.habitat.closers.unshift(() => server.close());
  }

  /** Somebody else. */
  async listen(server: Server): Promise<void> {
    server.listen(this.socket);
    await once(server, "listening");
    chmodSync(this.socket, 0o666);
    this.habitat.closers.unshift(() => server.close());
  }
}

export const socketCases: readonly SocketCase[] = [
  {
    name: "tsgi-fcgi listens, behind apache/proxy-fcgi.conf",
    act: (den) => den.serve(),
  },
  ...["nginx/keepalive.conf", "nginx/fastcgi.conf", "nginx/streaming.conf"].map(
    (file): SocketCase => ({
      name: `tsgi-fcgi listens, behind ${file}`,
      act: (den) => {
        den.configure(file);
        return den.serve();
      },
    }),
  ),
  {
    name: "an application answers 404 for /",
    act: (den) =>
      den.serve((_environ, startResponse) => {
        startResponse("404 Not Found", [["Content-Type", "text/plain"]]);
        return "no";
      }),
  },
  { name: "nobody was started", code: "SOCKET_MISSING", act: () => {} },
  {
    name: "a file is in the way",
    code: "SOCKET_KIND",
    act: ({ socket }) => writeFileSync(socket, ""),
  },
  {
    name: "its process was killed",
    code: "SOCKET_STALE",
    act: async ({ socket }) => {
      const code = `require("net").createServer().listen(${JSON.stringify(socket)}, () => process.kill(process.pid, "SIGKILL"))`;
      await once(spawn(process.execPath, ["-e", code]), "close");
      chmodSync(socket, 0o666);
    },
  },
  {
    name: "its mode is its owner's alone",
    code: "SOCKET_FORBIDDEN",
    act: async (den) => {
      await den.serve();
      chmodSync(den.socket, 0o600);
    },
    asRoot: true,
  },
  {
    name: "its group is right, and has no right",
    code: "SOCKET_FORBIDDEN",
    act: async (den) => {
      await den.serve();
      chownSync(den.socket, 0, den.habitat.sandbox.account?.gid ?? 0);
      chmodSync(den.socket, 0o600);
    },
    fixed: true,
    asRoot: true,
  },
  {
    name: "its folder is closed",
    code: "FOLDER_CLOSED",
    act: async (den) => {
      await den.serve();
      chmodSync(dirname(den.socket), 0o700);
    },
    fixed: true,
    asRoot: true,
  },
  {
    name: "it is in /tmp, and Apache has one of its own",
    code: "SOCKET_IN_TMP",
    act: async (den) => {
      const { sandbox, question } = den.habitat;
      mkdirSync(join(sandbox.root, "tmp"));
      den.socket = join(sandbox.root, "tmp/app.sock");
      await den.serve();
      den.habitat.question = { ...question, socket: den.socket };
      const unit = "[Service]\nPrivateTmp=true\n";
      den.habitat.furniture = {
        files: { "/etc/systemd/system/apache2.service": unit },
      };
    },
  },
  {
    name: "an HTTP server listens",
    code: "SOCKET_HTTP",
    act: (den) =>
      den.listen(createHttpServer((_, response) => response.end("hello"))),
  },
  {
    name: "a program of another protocol listens",
    code: "SOCKET_FOREIGN",
    act: (den) =>
      den.listen(
        createServer(
          (socket) => void socket.on("error", () => {}).end("+OK ready\r\n"),
        ),
      ),
  },
  {
    name: "what listens closes at once",
    code: "SOCKET_FOREIGN",
    act: (den) =>
      den.listen(
        createServer((socket) => socket.on("error", () => {}).destroy()),
      ),
  },
  {
    name: "what listens says nothing",
    code: "SOCKET_SILENT",
    act: (den) =>
      den.listen(createServer((socket) => void socket.on("error", () => {}))),
  },
  {
    name: "the application fails",
    code: "SOCKET_ERROR",
    act: (den) =>
      den.serve(() => {
        throw new Error("no database");
      }),
  },
  {
    name: "mod_proxy_fcgi is not loaded",
    code: "APACHE_MODULE_MISSING",
    act: (den) => {
      den.habitat.edit(
        den.habitat.config,
        /LoadModule proxy_fcgi_module .*/,
        "",
      );
      return den.serve();
    },
  },
  {
    name: "CGIPassAuth is missing",
    code: "AUTHORIZATION_WITHHELD",
    act: (den) => {
      den.configure("apache/proxy-fcgi.conf", "CGIPassAuth On", "");
      return den.serve();
    },
  },
  {
    name: "flushpackets is missing",
    code: "PROXY_BUFFERS",
    act: (den) => {
      den.configure(
        "apache/proxy-fcgi.conf",
        /(?<=enablereuse=on) flushpackets=on(?= timeout=300\n)/,
        "",
      );
      return den.serve();
    },
  },
  {
    name: "enablereuse is missing",
    code: "PROXY_RECONNECTS",
    act: (den) => {
      den.configure(
        "apache/proxy-fcgi.conf",
        /enablereuse=on (?=flushpackets=on timeout=300\n)/,
        "",
      );
      return den.serve();
    },
  },
  {
    name: "fastcgi_buffer_size is left",
    code: "NGINX_HEADERS",
    act: (den) => {
      den.configure(
        "nginx/keepalive.conf",
        /\n\s*fastcgi_buffer_size [^\n]*/,
        "",
      );
      return den.serve();
    },
  },
  {
    name: "client_max_body_size is left",
    code: "NGINX_UPLOADS",
    act: (den) => {
      den.configure(
        "nginx/fastcgi.conf",
        /\n\s*client_max_body_size [^\n]*/,
        "",
      );
      return den.serve();
    },
  },
  {
    name: "fastcgi_keep_conn is missing",
    code: "NGINX_KEEPALIVE",
    act: (den) => {
      den.configure(
        "nginx/keepalive.conf",
        /\n\s*fastcgi_keep_conn [^\n]*/,
        "",
      );
      return den.serve();
    },
  },
  {
    name: "keepalive is missing",
    code: "NGINX_KEEPALIVE",
    act: (den) => {
      den.configure("nginx/keepalive.conf", /\n\s*keepalive [^\n]*/, "");
      return den.serve();
    },
  },
];
