export { TsgiError, type TsgiErrorCode } from "../common/errors.ts";
export type { ObservedRequest, Observer } from "../common/observer.ts";
export type { CommonOptions } from "../common/settings.ts";
export type {
  Application,
  CgiVariables,
  Chunk,
  Closable,
  Environ,
  ErrorStream,
  FileLike,
  FileWrapper,
  Header,
  Input,
  Middleware,
  ResponseBody,
  StartResponse,
  Status,
  TsgiVariables,
  Write,
} from "../common/types.ts";
export {
  type CgiOptions,
  isCgi,
  prepareProcess,
  serve,
  serveFailure,
} from "./serve.ts";
