// What whoever set things up is to blame for.
import type { Rows } from "./entry.ts";

/** Rows for the codes of those who set things up. */
export const setupCodes: Rows<"LISTEN" | "CONNECT"> = {
  LISTEN: {
    title: "the address cannot be had",
    whose: "whoever set it up",
    means:
      "The process ends before it serves; a process that serves already goes on with the addresses it has.",
    visitor: "502 or 503 from the web server, while nothing listens",
    exit: "69; 77 where it is not permitted",
    options: ["--socket", "--listen", "--socket-mode", "--socket-group"],
    causes: [
      {
        cause: "another process listens there",
        says: [
          "Cannot listen on <socket>: another process listens there",
          "Cannot listen on <socket>: another process has held … for seconds; remove it if that process is gone",
        ],
        proof: "ss -lxp | grep <socket>   (a port: ss -ltnp)",
        cure: "end that process, or choose another address; to replace running code reload it instead: SIGHUP",
      },
      {
        cause:
          "this user may not create the socket there, or take a port below 1024",
        says: [
          "Cannot listen on <socket>: permission denied",
          "Cannot listen on <socket>: the file system is read-only",
        ],
        proof: "namei -l <socket>; id",
        cure: "a folder of this user, such as RuntimeDirectory= of systemd makes; a port from 1024 up",
      },
      {
        cause:
          "its folder does not exist: /run is empty after each start of the machine",
        says: [
          "Cannot listen on <socket>: its directory does not exist",
          "Cannot listen on <socket>: its directory is a file",
        ],
        proof: "ls -ld $(dirname <socket>)",
        cure: "RuntimeDirectory=app in the service, or a line in /etc/tmpfiles.d: d /run/app 0755 app www-data",
      },
      {
        cause: "a file of that name is no socket, and is left alone",
        says: [
          "Cannot listen on <socket>: there is a file of that name which is no socket",
        ],
        proof: "ls -l <socket>",
        cure: "choose another name; remove the file yourself if it is not needed",
      },
      {
        cause: "the path is too long for a Unix socket",
        says: [
          "Cannot use socket path …: it has … bytes, and 1 to … are possible; choose a shorter directory",
          "Cannot listen on …: its directory leaves no room for a temporary name in … bytes; choose a shorter one",
        ],
        proof: "the system takes 107 bytes",
        cure: "a short folder: /run/app/",
      },
      {
        cause: "the address is none of this machine, or none at all",
        says: [
          "Cannot listen on …: this machine has no such address",
          "Cannot listen on …: the host is unknown",
          "Cannot use address …: ports end at 65535",
        ],
        proof: "ip addr",
        cure: "127.0.0.1:PORT for a web server on this machine; 0.0.0.0:PORT with --allow for one elsewhere",
      },
      {
        cause: "the socket cannot be given to that user or group",
        says: [
          "Cannot give the socket to …: this process may not",
          "Cannot give the socket to …: there is none of that name",
        ],
        proof: "id; getent group www-data",
        cure: "start it as root with --user, or as a user who is in the web server's group",
      },
      {
        cause: "no web server has left a socket on descriptor 0",
        says: [
          "Cannot listen: descriptor 0 is not a listening socket, and no address was given",
          "Cannot listen on …: it is not a listening socket",
          "Cannot listen on …: it is not a socket",
        ],
        proof:
          "was it started from a shell, or by SetHandler cgi-script instead of fcgid-script?",
        cure: "give an address: --socket /run/app/app.sock; under mod_fcgid: SetHandler fcgid-script",
      },
      {
        cause: "accept() failed: too many open files, mostly",
        says: ["Cannot accept a connection: …"],
        proof:
          "ls /proc/PID/fd | wc -l, and grep 'open files' /proc/PID/limits, with its pid",
        cure: "LimitNOFILE=65536 in the service; if the number only grows, the application does not close what it opens",
      },
    ],
  },
  CONNECT: {
    title: "nobody could be asked",
    whose: "whoever set it up",
    means: "tsgi request, tsgi ctl and the preview say this, not a server.",
    exit: "69; 77 where it is not permitted",
    causes: [
      {
        cause: "nothing listens on that address",
        says: [
          "Cannot connect to <socket>: there is no such socket (ENOENT)",
          "Cannot connect to <socket>: nobody listens there (ECONNREFUSED)",
        ],
        proof: "ss -lxp | grep <socket>; systemctl status app",
        cure: "start it: tsgi-fcgi --socket <socket> app.js",
      },
      {
        cause: "this user may not use the socket",
        says: ["Cannot connect to <socket>: this user may not (EACCES)"],
        proof: "namei -l <socket>; id",
        cure: "ask as the web server's user: runuser -u www-data -- tsgi request …; or --socket-group, --socket-mode",
      },
      {
        cause: "the host or the path is none",
        says: [
          "Cannot connect to …: there is no such host (ENOTFOUND)",
          "Cannot connect to …: it is not a socket (ENOTSOCK)",
          "Cannot connect to …",
        ],
        proof: "the address as it was written",
        cure: "correct it",
      },
      {
        cause: "the CGI program cannot be started",
        says: ["Cannot start …"],
        proof: "ls -l of the file, and head -1 of it",
        cure: "chmod 755, and a first line with the full path of an interpreter",
      },
    ],
  },
};
