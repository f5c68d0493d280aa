import { toNode } from "../../src/adapters/index.ts";
import { MemoryErrors } from "../../src/testing/memory-errors.ts";
import { conformanceOverHttp } from "./http-front.ts";

conformanceOverHttp("to-node", (application) =>
  toNode(application, { errors: new MemoryErrors() }),
);
