export {
  TsgiError,
  type TsgiErrorCode,
} from "./common/errors.ts";
export {
  type ObservedRequest,
  type Observer,
  observeAll,
} from "./common/observer.ts";
export type { Outcome } from "./common/output.ts";
export type { CommonOptions } from "./common/settings.ts";
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
} from "./common/types.ts";
export { bodyLength, wrapFile } from "./utilities/body-length.ts";
export { closingIterable } from "./utilities/closing-iterable.ts";
export { parseCookies } from "./utilities/cookies.ts";
export { demoApp } from "./utilities/demo-app.ts";
export { headersFromEnviron, parseQuery } from "./utilities/environ-headers.ts";
export {
  appendHeader,
  getHeader,
  getHeaders,
  hasHeader,
  isHopByHop,
  removeHeader,
  setHeader,
} from "./utilities/header-list.ts";
export {
  contentLength,
  type InputLimits,
  inputFrom,
  inputToWebStream,
} from "./utilities/input.ts";
export { bytesToLatin1, latin1ToBytes } from "./utilities/latin1.ts";
export { type ChunkMap, mapBody } from "./utilities/map-body.ts";
export { decodePath, encodePath, shiftPathInfo } from "./utilities/path.ts";
export {
  type ReadBodyOptions,
  RequestBody,
  readBody,
} from "./utilities/read-body.ts";
export {
  type ResponseChange,
  type ResponseHook,
  type ResponseStart,
  responseHook,
} from "./utilities/response-hook.ts";
export {
  bytes,
  html,
  json,
  type ResponseOptions,
  redirect,
  text,
} from "./utilities/responses.ts";
export {
  formatHttpDate,
  statusHasNoBody,
  statusLine,
} from "./utilities/status.ts";
export {
  applicationUri,
  currentUrl,
  getHost,
  guessScheme,
  requestUri,
  type UrlVariables,
} from "./utilities/uri.ts";
