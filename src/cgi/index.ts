export { TsgiError, type TsgiErrorCode } from "../common/errors.ts";
export type { CommonOptions } from "../common/settings.ts";
export type * from "../common/types.ts";
export {
  type CgiOptions,
  isCgi,
  prepareProcess,
  serve,
  serveFailure,
} from "./serve.ts";
