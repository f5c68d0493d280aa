import { TsgiError } from "../common/errors.ts";
import type { Engine } from "./engine.ts";

/** The second engine. */
export const nodeFastcgiEngine: Engine = () => {
  throw new TsgiError("CONFIG", "Cannot use the engine: it is being written");
};
