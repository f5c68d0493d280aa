export type { AccessEntry } from "../common/access-log-format.ts";
export {
  type AccessLogOptions,
  type AccessLogSink,
  accessLog,
} from "./access-log.ts";
export { type CascadeOptions, cascade } from "./cascade.ts";
export { type CatchErrorsOptions, catchErrors } from "./catch-errors.ts";
export { compose } from "./compose.ts";
export { conditionalGet } from "./conditional-get.ts";
export { etag } from "./etag.ts";
export { type ForwardedOptions, forwarded } from "./forwarded.ts";
export { head } from "./head.ts";
export { type HeaderRewriteOptions, headerRewrite } from "./header-rewrite.ts";
export {
  type MethodOverrideOptions,
  methodOverride,
} from "./method-override.ts";
export { mount } from "./mount.ts";
export { type RequestIdOptions, requestId } from "./request-id.ts";
export { type StaticFilesOptions, staticFiles } from "./static-files.ts";
export type { SendfileHeader } from "./static-files-sendfile.ts";
export { type TimeoutOptions, timeout } from "./timeout.ts";
