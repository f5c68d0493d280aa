// What the relay of a resident CGI program says (src/resident/relay.pl).
import type { Rows } from "./entry.ts";

/** Its codes. */
export const residentCodes: Rows<"RESIDENT_LOST"> = {
  RESIDENT_LOST: {
    title: "the resident process died with a request",
    whose: "the application, or the host",
    means:
      "The request had been handed over, and the process ended before a byte of the response. Whether the application has done its work is not known, so the request is not repeated. The next ones run one-shot, and start another process.",
    visitor: "502 with this code",
    options: ["--resident-max-memory"],
    says: [
      "RESIDENT_LOST: Cannot answer …: the resident process ended without a byte; its log is <file>",
    ],
    causes: [
      {
        cause:
          "the application ends its process: process.exit(), a crash of a native module, memory that runs out",
        proof: "cat <file> shows what the process said last",
        cure: "mend what the log names; for memory, lower --resident-max-memory, so that the process is replaced in time",
      },
      {
        cause:
          "the host or a person has killed it: a limit of memory, CPU time or processes, a restart of the web server",
        proof:
          "<file> ends without a word, or is gone; dmesg or the host's panel may name the limit",
        cure: "nothing for one request; where it happens often, make the file without --resident, and ask the host",
      },
    ],
  },
};
