export {
  type AccessLogOptions,
  type AccessLogSink,
  accessLog,
} from "./access-log.ts";
export type { AccessEntry } from "./access-log-format.ts";
