import type { Table } from "./entry.ts";
import {
  CUT,
  DIED,
  LARGE_BODY,
  OUR_STDERR,
  SLOW,
  STARTED_AND_ENDED,
} from "./shared-causes.ts";

/** mod_fcgid's lines in Apache's error log. */
export const fcgidLines: Table = {
  "fcgid-closed": {
    says: ["mod_fcgid: error reading data, FastCGI server closed connection"],
    title: "the process closed the connection before the response was complete",
    visitor: "500",
    causes: [DIED, CUT],
  },
  "fcgid-reset": {
    says: [
      "(104)Connection reset by peer: … mod_fcgid: error reading data from FastCGI server",
    ],
    title: "the process ended before it took the request",
    visitor: "500",
    causes: [STARTED_AND_ENDED, DIED],
  },
  "fcgid-exited": {
    says: [
      "mod_fcgid: process <file>(<pid>) exit(server exited), terminated by calling exit()",
    ],
    title: "a process ended by itself",
    means:
      "The return code at the end is ours: 66 the application cannot be loaded, 69 the address, 78 the configuration; 255 means it could not be started at all, 126 or 127 that its interpreter could not.",
    causes: [STARTED_AND_ENDED],
  },
  "fcgid-communication": {
    says: ["mod_fcgid: process <file>(<pid>) exit(communication error)"],
    title: "mod_fcgid gave a process up after a failed request",
    means: "An earlier line of the same process says what failed.",
    causes: [SLOW, DIED],
  },
  "fcgid-killed": {
    says: [
      "FastCGI process <pid> still did not exit, terminating forcefully",
      "mod_fcgid: process <file>(<pid>) exit(shutting down), get stop signal 9",
    ],
    title: "the process took longer to end than mod_fcgid waits",
    causes: [
      {
        cause:
          "running requests, or a connection the application keeps open, held it for about 3 seconds after SIGTERM",
        proof: "the process's log has SIGTERM and no stopped after it",
        cure: "let streams end when tsgi.signal is aborted; --graceful-timeout below 3s, which is the default there",
      },
    ],
  },
  "fcgid-timeout": {
    says: ["mod_fcgid: read data timeout in … seconds"],
    title:
      "the application was silent for longer than FcgidIOTimeout, which is 40 seconds",
    visitor: "500",
    causes: [SLOW],
  },
  "fcgid-large-body": {
    says: ["mod_fcgid: HTTP request length … exceeds MaxRequestLen"],
    title: "the upload is larger than FcgidMaxRequestLen, which is 128 KiB",
    visitor: "500",
    causes: [LARGE_BODY],
  },
  "fcgid-slots": {
    says: ["mod_fcgid: can't apply process slot for <file>"],
    title:
      "no process was free for a minute, and no further one may be started",
    visitor: "503",
    causes: [
      {
        cause:
          "mod_fcgid gives each process one request at a time; FcgidMaxProcessesPerClass of them are busy, or hang",
        proof:
          "ps -ef | grep -c app.fcgi, beside FcgidMaxProcessesPerClass and FcgidMaxProcesses",
        cure: "raise both, or better: one process of your own for many requests at once, with mod_proxy_fcgi (apache/proxy-fcgi.conf)",
      },
    ],
  },
  "fcgid-client-gone": {
    says: [
      "mod_fcgid: can't read data from fcgid handler",
      "mod_fcgid: ap_pass_brigade failed in handle_request_ipc function",
    ],
    title: "the client left, or the response broke off",
    causes: [CUT],
  },
  "fcgid-stderr": {
    says: ["mod_fcgid: stderr: "],
    title: "a line of the application",
    causes: [OUR_STDERR],
  },
};
