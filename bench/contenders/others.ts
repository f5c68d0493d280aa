// Those in other languages, as their own documentation starts them, with one process a worker.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, parse } from "node:path";
import { freshFolder, write } from "../harness/folder.ts";
import { type Command, ENVIRONMENT, find } from "../harness/program.ts";
import { type Contender, PROGRAMS } from "./contender.ts";

const PHP_FPM = ["php-fpm8.4", "php-fpm8.3", "php-fpm8.2", "php-fpm"];
const PROC_MANAGER = "/usr/share/perl5/FCGI/ProcManager.pm";
const PHP = join(PROGRAMS, "hello.php");

export const phpFpm: Contender = {
  name: "php-fpm",
  protocol: "fastcgi",
  needs: [PHP_FPM.find((name) => find(name) !== undefined) ?? "php-fpm"],
  params: { SCRIPT_FILENAME: PHP },
  hasPool: true,
  isPerConnection: true,
  command({ socket, folder, workers }) {
    const file = write(
      folder,
      "php-fpm.conf",
      `[global]
error_log = ${folder}/php-fpm.log
daemonize = no
[www]
user = root
group = root
listen = ${socket}
listen.mode = 0666
listen.backlog = 511
pm = static
pm.max_children = ${workers}
`,
    );
    // -R: it may run as root, as all contenders do here.
    return command(phpFpm.needs[0] as string, "-F", "-R", "-y", file);
  },
};

export const go: Contender = {
  name: "Go net/http/fcgi",
  protocol: "fastcgi",
  needs: ["go"],
  command({ socket, workers }) {
    return {
      file: compiled("hello.go", (program, source) => [
        ...["go", "build", "-o", program, source],
      ]),
      args: [socket],
      env: { GOMAXPROCS: String(workers) },
    };
  },
  hasPool: true,
};

export const uwsgi: Contender = {
  name: "uWSGI, Python",
  protocol: "fastcgi",
  needs: ["uwsgi", "/usr/lib/uwsgi/plugins/python3_plugin.so"],
  hasPool: true,
  command: ({ socket, workers }) =>
    command(
      "uwsgi",
      ...["--plugin", "python3", "--fastcgi-socket", socket],
      ...["--chmod-socket=666", "--listen", "128", "--processes"],
      ...[String(workers), "--master", "--disable-logging", "--need-app"],
      // By default headers above 4 KB are refused.
      "--buffer-size=32768",
      ...["--die-on-term", "--wsgi-file", join(PROGRAMS, "wsgi.py")],
    ),
};

export const plack: Contender = {
  name: "Plack FCGI, Perl",
  protocol: "fastcgi",
  needs: ["plackup", "/usr/share/perl5/Plack/Handler/FCGI.pm"],
  hasPool: true,
  isPerConnection: true,
  command({ socket, workers }) {
    // Without a manager, which is a further package, it is one process.
    const manager = existsSync(PROC_MANAGER) ? "FCGI::ProcManager" : "";
    return command(
      "plackup",
      ...["-E", "deployment", "-s", "FCGI", "--listen", socket],
      ...["--nproc", String(workers), `--manager=${manager}`],
      ...["--keep-stderr", "1", "-a", join(PROGRAMS, "app.psgi")],
    );
  },
};

export const libfcgi: Contender = {
  name: "libfcgi, C",
  protocol: "fastcgi",
  needs: ["gcc", "/usr/include/fcgiapp.h"],
  lacks: ["/echo"],
  hasPool: true,
  isPerConnection: true,
  command({ socket, workers }) {
    const program = compiled("libfcgi.c", (output, source) => [
      ...["gcc", "-O2", "-o", output, source, "-lfcgi"],
    ]);
    return { file: program, args: [socket, String(workers)] };
  },
};

/** A program by its name. */
function command(name: string, ...args: readonly string[]): Command {
  return { file: find(name) ?? name, args };
}

const programs = new Map<string, string>();

/** Compiles a source when it is used first, and returns the program. */
function compiled(
  source: string,
  commandFor: (program: string, source: string) => readonly string[],
): string {
  const earlier = programs.get(source);
  if (earlier !== undefined) return earlier;
  const folder = freshFolder("compiled");
  const program = join(folder, parse(source).name);
  const [name = "", ...args] = commandFor(program, join(PROGRAMS, source));
  execFileSync(find(name) ?? name, args, {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...ENVIRONMENT, HOME: folder, GO111MODULE: "off" },
  });
  programs.set(source, program);
  return program;
}
