import { fromFetch, toFetch, toNode } from "../../src/adapters/index.ts";
import { MemoryErrors } from "../../src/testing/memory-errors.ts";
import { conformanceOverHttp } from "./http-front.ts";

// There and back: whatever either adapter loses is missing in the end.
conformanceOverHttp("to-fetch", (application) => {
  const errors = new MemoryErrors();
  return toNode(fromFetch(toFetch(application, { errors })), { errors });
});
