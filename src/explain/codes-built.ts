// Why a file that tsgi build made does not begin.
import type { Rows } from "./entry.ts";

/** Of built files. */
export const builtCodes: Rows<"DAMAGED" | "NODE_TOO_OLD" | "NODE_MISSING"> = {
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
    title: "the Node that a built file found is too old",
    whose: "whoever set it up",
    visitor: "500 Internal Server Error",
    causes: [
      {
        cause: "the first node in the web server's PATH is an old one",
        says: ["Cannot start: … is Node …, and this needs …"],
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
};
