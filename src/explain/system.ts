import type { Cause, EntryRow, Table } from "./entry.ts";

function word(title: string, ...causes: readonly Cause[]): EntryRow {
  return { title, causes };
}

/** The system's own words, as they stand in messages of Node, of ours, and of web servers. */
export const systemWords: Table = {
  EADDRINUSE: word("the address is in use", {
    cause: "another process listens there, or has not ended yet",
    proof: "ss -lxp for sockets, ss -ltnp for ports",
    cure: "end that process, or choose another address",
  }),
  EADDRNOTAVAIL: word("this machine has no such address", {
    cause:
      "the address of another machine, or of an interface that is not up yet",
    proof: "ip addr",
    cure: "127.0.0.1, or After=network-online.target in the service",
  }),
  EACCES: word("permission denied", {
    cause: "the user may not do this to the file, socket or folder",
    proof: "id, and namei -l with the path: each folder needs x",
    cure: "chmod or chown what namei shows; --socket-group for sockets; under SELinux also ls -Z and ausearch -m avc",
  }),
  EPERM: word("not permitted, whatever the file's mode says", {
    cause:
      "something only root may do, or a system that forbids it: chown, ports below 1024, a container",
    proof: "id; grep CapEff /proc/self/status",
    cure: "start as root with --user and --group; or avoid what needs root",
  }),
  ENOENT: word("no such file or directory", {
    cause:
      "a path with a typing error, or seen from another folder or another /tmp",
    proof: "namei -l with the path",
    cure: "the full path; for sockets a folder that exists after a start of the machine (RuntimeDirectory=)",
  }),
  ENOTDIR: word("a part of the path is a file and no folder", {
    cause: "a path that goes on behind a file",
    proof: "namei -l with the path",
    cure: "correct the path",
  }),
  EROFS: word("the file system is read-only", {
    cause: "ProtectSystem= of the service, a container, or a disk with errors",
    proof: "findmnt -T with the path",
    cure: "RuntimeDirectory= or ReadWritePaths= in the service",
  }),
  ENOSPC: word("the disk is full, or its inodes are used up", {
    cause: "logs, uploads, or many small files",
    proof:
      "df -h and df -i for the folder; for watching files: sysctl fs.inotify.max_user_watches",
    cure: "make room; --max-spooled-bytes bounds what bodies may take",
  }),
  EDQUOT: word("the user's quota is used up", {
    cause: "bytes or, on shared hosts, the number of files",
    proof: "quota -s",
    cure: "delete what is not needed; node_modules alone can have tens of thousands of files",
  }),
  EMFILE: word("the process has too many files open", {
    cause:
      "a low limit, or files and connections that are opened and never closed",
    proof:
      "ls /proc/PID/fd | wc -l, twice with some time between; grep 'open files' /proc/PID/limits",
    cure: "LimitNOFILE=65536 in the service; where the number only grows: close in the application, in finally",
  }),
  ENFILE: word("the whole machine has too many files open", {
    cause: "one process that leaks, or a small machine",
    proof: "cat /proc/sys/fs/file-nr",
    cure: "end the process that leaks; raise fs.file-max",
  }),
  EAGAIN: word("a resource is used up for the moment", {
    cause:
      "the limit of processes and threads (a Node process has about ten), or a socket's queue",
    proof: "ulimit -u; ps -eLf | wc -l; ss -lx: Recv-Q against Send-Q",
    cure: "fewer --workers, UV_THREADPOOL_SIZE=1; TasksMax= of the service; a larger --backlog",
  }),
  ENOMEM: word("there is no memory", {
    cause: "a limit of the machine, of the cgroup, or of the address space",
    proof: "free -m; ulimit -v; systemctl show app -p MemoryMax",
    cure: "fewer --workers, --max-memory; NODE_OPTIONS=--disable-wasm-trap-handler where ulimit -v is set",
  }),
  ECONNREFUSED: word("nobody listens there", {
    cause: "the process has ended, or listens elsewhere",
    proof: "ss -lxp for sockets, ss -ltnp for ports",
    cure: "start it",
  }),
  ECONNRESET: word("the other side broke the connection", {
    cause: "it ended, was killed, or closed before it had read all",
    proof: "its log at that moment",
    cure: "nothing for single cases",
  }),
  EPIPE: word("nobody reads any more", {
    cause: "the client or the web server has left",
    proof: "the web server's access log: 499, or a short body",
    cure: "nothing; listen for errors of streams you make, so that they do not end the process",
  }),
  ETIMEDOUT: word("no answer came", {
    cause: "a firewall that drops, or a machine that is down",
    proof: "nc -vz with host and port",
    cure: "open the way; give outgoing connections a shorter time limit than requests have",
  }),
  ENOTFOUND: word("the host is unknown", {
    cause: "a name with a typing error, or no name server",
    proof: "getent hosts with the name",
    cure: "correct it; in a container or chroot /etc/resolv.conf must be there",
  }),
  EINVAL: word("the system cannot do that with this", {
    cause:
      "for listening: descriptor 0 is a socket which is connected already, as under mod_cgid",
    proof: "ls -l /proc/self/fd/0 in the same place",
    cure: "SetHandler fcgid-script instead of cgi-script; or give an address",
  }),
  ENOTSOCK: word("what should be a socket is none", {
    cause: "the path is a plain file, or descriptor 0 is a file or a terminal",
    proof: "ls -l with the path",
    cure: "the right path; start it by a web server, or give an address",
  }),
  ENAMETOOLONG: word("the path is too long", {
    cause: "a Unix socket's path has at most 107 bytes",
    proof: "printf %s with the path, piped to wc -c",
    cure: "a short folder: /run/app/",
  }),
};
