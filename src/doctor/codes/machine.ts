import type { CodeRow } from "./row.ts";

/** Codes of {@link machineCodes}. */
export type MachineCode =
  | "NODE_OUTDATED"
  | "NODE_BROKEN"
  | "ADDRESS_SPACE"
  | "PROCESS_LIMIT"
  | "INODES_LOW"
  | "SELINUX_EXECMEM"
  | "EXTRA_CA_CERTS"
  | "NODE_OPTIONS_SET";

/** Node, and what the machine grants it. */
export const machineCodes: Readonly<Record<MachineCode, CodeRow>> = {
  NODE_OUTDATED: {
    level: "error",
    title: "Node is too old",
    causes: [
      {
        cause:
          "TSGI needs 20.19; an old one says SyntaxError or ERR_REQUIRE_ESM",
        proof: "node --version, with the web server's PATH",
        cure: "install Node 20.19, 22 or 24, and name its path",
      },
    ],
  },
  NODE_BROKEN: {
    level: "error",
    title: "Node does not start",
    causes: [
      {
        cause:
          "its build needs a newer C library than the system has, or it lacks memory",
        proof: 'node --version; it says "version `GLIBC_2.28\' not found"',
        cure: "a build for older systems (unofficial-builds.nodejs.org, glibc-217), or a newer system",
      },
    ],
  },
  ADDRESS_SPACE: {
    level: "error",
    title: "the limit of address space is too small for Node",
    causes: [
      {
        cause:
          "V8 reserves much more than it uses: about 600 MiB to start, and WebAssembly, which fetch() needs, 10 GiB before Node 24",
        proof:
          'ulimit -v; RLimitMEM in Apache; "could not allocate memory" or "Fatal process out of memory"',
        cure: "raise it to 4 GiB or more; below 12 GiB start node with --disable-wasm-trap-handler",
      },
    ],
  },
  PROCESS_LIMIT: {
    level: "warning",
    title: "the limit of processes is small",
    causes: [
      {
        cause:
          "threads count: each Node takes about ten, so that a few requests at once exhaust it (EAGAIN, pthread_create)",
        proof: "ulimit -u; RLimitNPROC in Apache",
        cure: "raise it to 100 or more, or serve by one process: tsgi-fcgi",
      },
    ],
  },
  INODES_LOW: {
    level: "warning",
    title: "the file system has hardly any room for further files",
    causes: [
      {
        cause:
          "inodes are used up before bytes; node_modules has tens of thousands",
        proof: "df -i FOLDER",
        cure: "delete files; upload the application as one file",
      },
    ],
  },
  SELINUX_EXECMEM: {
    level: "error",
    title: "SELinux denies the web server's programs executable memory",
    causes: [
      {
        cause:
          "V8 compiles JavaScript to machine code, which needs it; Node dies at its start",
        proof: "getsebool httpd_execmem; ausearch -m avc -c node",
        cure: "setsebool -P httpd_execmem on",
      },
    ],
  },
  EXTRA_CA_CERTS: {
    level: "warning",
    title: "NODE_EXTRA_CA_CERTS slows every start of Node",
    causes: [
      {
        cause:
          "the certificates are read and parsed at each start: it takes 3.6 times as long",
        proof: "tsgi bench --cold FILE",
        cure: "take it out of the web server's environment; set it where a program needs it",
      },
    ],
  },
  NODE_OPTIONS_SET: {
    level: "warning",
    title: "NODE_OPTIONS changes every start of Node",
    causes: [
      {
        cause:
          "what it preloads runs in each CGI process; an option Node does not know ends it with status 9",
        proof: "tsgi bench --cold FILE",
        cure: "take it out of the web server's environment",
      },
    ],
  },
};
