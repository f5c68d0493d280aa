// Why a file that tsgi build made does not begin.
import type { Rows } from "./entry.ts";

/** Of built files. */
export const builtCodes: Rows<
  "DAMAGED" | "NODE_TOO_OLD" | "NODE_MISSING" | "NODE_DIED"
> = {
  DAMAGED: {
    title: "a built file is not what tsgi build wrote",
    whose: "whoever set it up",
    means:
      "A built file knows its length and a checksum of each of its parts, and does not run what differs.",
    visitor: "500 Internal Server Error",
    causes: [
      {
        cause: "the upload was cut, or the disk or the quota was full",
        says: [
          "Cannot start …: it has another length than it was built with, so its upload was cut, …",
          "Cannot start …: it is shorter than it was built, so its upload was cut; …",
        ],
        proof: "ls -l, here and on the server: the sizes differ",
        cure: "upload it again, under another name, and rename it",
      },
      {
        cause:
          "an editor, or a program that converts characters, has changed it",
        says: ["Cannot start …: its part … was altered after it was built; …"],
        proof: "sha256sum, here and on the server: the sums differ",
        cure: "change the source, build it anew, and upload it in binary mode",
      },
    ],
  },
  NODE_TOO_OLD: {
    title: "each Node that a built file found is too old",
    whose: "whoever set it up",
    visitor: "500 Internal Server Error",
    causes: [
      {
        cause:
          "node in the web server's PATH, and where hosts usually have it, is an old one",
        says: ["Cannot start …: … is Node …, and this needs …"],
        proof: "the path and the version are in the message",
        cure: "tsgi build --node with the path of Node 20.19, 22.12, 24 or later on that machine",
      },
    ],
  },
  NODE_MISSING: {
    title: "a built file found no Node",
    whose: "whoever set it up",
    visitor: "500 Internal Server Error",
    causes: [
      {
        cause:
          "Node is not in the web server's PATH, nor where hosts usually have it",
        says: ["Cannot start …: there is no node in …"],
        proof: "the message names the places that were looked at",
        cure: "tsgi build --node with the path that command -v node prints in a shell on that machine; on shared hosts the control panel names it",
      },
    ],
  },
  NODE_DIED: {
    title: "Node ended before a built file had answered",
    whose: "whoever set it up",
    means:
      "The shell in front of a CGI request waits for Node, and answers where Node can not: killed, or out of memory. The request may have been carried out in part; nothing runs it again.",
    visitor: "500 Internal Server Error",
    causes: [
      {
        cause:
          "was ended by SIGABRT: the application took more memory than V8 may have",
        says: ["Cannot answer: … before it had answered anything; …"],
        proof: 'the lines above it say "JavaScript heap out of memory"',
        cure: 'make the request need less; or allow more, where the host has it: tsgi build --node with the path of a script, chmod 755, of two lines: #!/bin/sh and exec /full/path/of/node --max-old-space-size=1024 "$@". (SetEnv NODE_OPTIONS does not arrive under suEXEC.)',
      },
      {
        cause:
          "was ended by SIGKILL or SIGXCPU: the system, or a limit of the host on memory or time, killed it",
        says: ["Cannot answer: … before it had answered anything; …"],
        proof:
          'the control panel\'s "resource usage", or "Out of memory: Killed process" in the output of dmesg; tsgi doctor shows the limits that a process can see',
        cure: "make the request need less, or ask the host for a larger limit",
      },
      {
        cause:
          "did not end within 2 seconds of SIGTERM: the web server had waited for as long as its Timeout, and the application was busy without a pause",
        says: ["Cannot answer: … before it had answered anything; …"],
        proof: "the web server's log tells of its timeout just before",
        cure: "answer sooner; where it must take long, send the beginning first, and raise the web server's Timeout",
      },
      {
        cause:
          "could not be started, or ended with a status: no process or no memory was left for it",
        says: ["Cannot answer: … before it had answered anything; …"],
        proof:
          'the line above it says "Cannot fork", or that V8 could not get its memory',
        cure: "tsgi doctor shows the limits on processes and address space; ask the host for larger ones",
      },
    ],
  },
};
