// Ways for a response to end, after each of which a body has to have been closed once (A10.01).
import type { Application, Chunk } from "../../src/common/types.ts";
import { TEXT } from "../support/in-process.ts";

interface Ending {
  readonly application: (
    ...call: Parameters<Application>
  ) => IterableIterator<Chunk>;
  readonly method?: string;
}

export const endings: Readonly<Record<string, Ending>> = {
  "the end": {
    *application(_environ, startResponse) {
      startResponse("200 OK", TEXT);
      yield "A";
    },
  },
  "an empty body": {
    *application(_environ, startResponse) {
      startResponse("200 OK", TEXT);
      yield "";
    },
  },
  "an error in the iteration": {
    *application(_environ, startResponse) {
      startResponse("200 OK", TEXT);
      yield "A";
      throw new Error("failed");
    },
  },
  "an error before the response": {
    application() {
      throw new Error("failed");
    },
  },
  "an exception of startResponse": {
    *application(_environ, startResponse) {
      startResponse("200 OK", [["Bad name", ""]]);
      yield "A";
    },
  },
  "Content-Length reached": {
    *application(_environ, startResponse) {
      startResponse("200 OK", [...TEXT, ["Content-Length", "1"]]);
      yield "A";
      yield "B";
    },
  },
  "no body allowed": {
    *application(_environ, startResponse) {
      startResponse("304 Not Modified", []);
      yield "A";
    },
  },
  "not found": {
    *application(_environ, startResponse) {
      startResponse("404 Not Found", TEXT);
      yield "A";
    },
  },
  HEAD: {
    *application(_environ, startResponse) {
      startResponse("200 OK", TEXT);
      yield "A";
      yield "B";
    },
    method: "HEAD",
  },
};
