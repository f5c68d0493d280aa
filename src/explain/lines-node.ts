// What Node, the shell and starters of processes write, wherever the web server sends that.
import type { Table } from "./entry.ts";
import { NO_NODE, NOT_EXECUTABLE, STARTED_AND_ENDED } from "./shared-causes.ts";

/** Node's own messages, and those of who starts it. */
export const nodeLines: Table = {
  "node-not-found": {
    says: ["env: 'node': ", "env: ‘node’: ", "env: node: "],
    title: "node was not found",
    means:
      "A file in a folder of the PATH that cannot be entered gives Permission denied instead.",
    visitor: "500",
    exit: "127; 126 where it may not be executed",
    causes: [NO_NODE],
  },
  "node-package": {
    says: [
      "[ERR_MODULE_NOT_FOUND]: Cannot find package '<package>'",
      "Error: Cannot find module '<package>'",
    ],
    title: "a package or a file is missing on this machine",
    exit: "1; 66 from our commands",
    causes: [
      {
        cause: "node_modules was not uploaded, or is that of another folder",
        proof: "ls -d node_modules/<package> beside the application",
        cure: "npm ci --omit=dev in the application's folder",
      },
    ],
  },
  "node-import": {
    says: [
      "SyntaxError: Cannot use import statement outside a module",
      "require is not defined in ES module scope",
    ],
    title: "an ES module where Node expects CommonJS, or the other way round",
    causes: [
      {
        cause:
          'the nearest package.json says nothing, or "type" says the other',
        proof: "grep '\"type\"' package.json there and in the folders above",
        cure: "npm pkg set type=module for import; the name .cjs for require",
      },
    ],
  },
  "node-extension": {
    says: ["[ERR_UNKNOWN_FILE_EXTENSION]: Unknown file extension"],
    title: "Node cannot load a file of this name",
    causes: [
      {
        cause:
          "a .cgi or .fcgi file was started by node, or imported, instead of by our commands",
        proof: "head -1 of the file",
        cure: "#!/usr/bin/env tsgi-cgi as its first line; or tsgi-fcgi app.cgi, which loads any name",
      },
    ],
  },
  "node-typescript": {
    says: [
      "[ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX]",
      "[ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING]",
    ],
    title: "TypeScript that Node cannot run by leaving types out",
    causes: [
      {
        cause:
          "an enum, a namespace or a parameter property; or TypeScript inside of node_modules",
        proof: "the file and line above the message",
        cure: "npm install tsx: our commands use it where Node does not suffice; or publish JavaScript",
      },
    ],
  },
  "node-heap": {
    says: [
      "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
    ],
    title: "the heap is full, and the process has ended",
    visitor: "502 or 500 for the requests that ran",
    exit: "134",
    causes: [
      {
        cause:
          "the application keeps what it should let go, or a request needs more than there is",
        proof:
          "the status page: memory that only grows; node --heapsnapshot-near-heap-limit=1 writes what is in it",
        cure: "mend the leak; until then --max-memory replaces a worker before that; NODE_OPTIONS=--max-old-space-size for a larger heap",
      },
    ],
  },
  "node-address-space": {
    says: [
      "RangeError: WebAssembly.Memory(): could not allocate memory",
      "RangeError: WebAssembly.Instance(): Out of memory",
      "Failed to reserve virtual memory for CodeRange",
    ],
    title:
      "the host limits the address space, of which V8 reserves more than it uses",
    visitor: "500",
    causes: [
      {
        cause: "ulimit -v, RLimitMEM of Apache, or a shared host's limit",
        proof: "ulimit -v in a CGI program: a number instead of unlimited",
        cure: "NODE_OPTIONS=--disable-wasm-trap-handler; ask the host for a limit of resident memory instead",
      },
    ],
  },
  "node-option": {
    says: ["node: bad option: "],
    title: "an option this version of Node does not have",
    exit: "9",
    causes: [
      {
        cause:
          "the first line of the program, or NODE_OPTIONS, was written for another version",
        proof: "node --version as the web server's user",
        cure: "leave it out, or another node",
      },
    ],
  },
  "spawn-fcgi-exec": {
    says: ["spawn-fcgi: exec failed: "],
    title: "spawn-fcgi cannot start the program",
    causes: [NOT_EXECUTABLE, NO_NODE],
  },
  "spawn-fcgi-exited": {
    says: ["spawn-fcgi: child exited with: "],
    title: "the program ended at once",
    means:
      "The number is its exit status: 66 the application cannot be loaded, 2 a wrong command line, or no such file.",
    causes: [STARTED_AND_ENDED],
  },
  "spawn-fcgi-in-use": {
    says: ["spawn-fcgi: socket is already in use, can't spawn"],
    title: "another process listens there",
    causes: [
      {
        cause: "it runs already",
        proof: "ss -lxp",
        cure: "end that process first, or choose another path",
      },
    ],
  },
  "spawn-fcgi-folder": {
    says: ["spawn-fcgi: bind failed: No such file or directory"],
    title: "the socket's folder does not exist",
    causes: [
      {
        cause: "/run is empty after each start of the machine",
        proof: "ls -ld /run/app",
        cure: "mkdir it in the script that starts spawn-fcgi",
      },
    ],
  },
};
