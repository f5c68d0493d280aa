import {
  ACCESS_LOG_FORMATS,
  type AccessLogFormat,
} from "../../common/access-log-format.ts";
import { isClientEntry, LOCAL_CLIENTS } from "../../insight/allowed-clients.ts";
import type { OptionGroup } from "./option.ts";
import {
  list,
  type OptionType,
  oneOf,
  textNamed,
  toggle,
} from "./option-types.ts";

/** What the options of insight say. */
export interface InsightValues {
  statusPath?: string | undefined;
  pingPath?: string | undefined;
  statusAllow?: readonly string[] | undefined;
  accessLog?: string | undefined;
  accessLogFormat?: AccessLogFormat | undefined;
  logFile?: string | undefined;
  requestId?: boolean | undefined;
}

const urlPath: OptionType<string> = {
  ...textNamed("path"),
  expects: "a path such as /-/status",
  parse: ([given = ""]) => (/^\/[^?#]+$/.test(given) ? given : undefined),
};

/** What a process tells of itself. */
export const insightOptions: OptionGroup = {
  title: "Insight",
  commands: ["tsgi-fcgi"],
  options: [
    {
      name: "status-path",
      key: "statusPath",
      type: urlPath,
      default: undefined,
      unset: "none",
      help: "answer this path below the mount point with the status: a page for browsers, else JSON, and OpenMetrics for Prometheus; ?html, ?json and ?openmetrics choose",
    },
    {
      name: "ping-path",
      key: "pingPath",
      type: urlPath,
      default: undefined,
      unset: "none",
      help: "answer this path below the mount point with pong",
    },
    {
      name: "status-allow",
      key: "statusAllow",
      type: list(
        "address",
        "an IP address or a network such as 10.0.0.0/8",
        isClientEntry,
      ),
      default: undefined,
      unset: LOCAL_CLIENTS.join(" and "),
      help: "clients that may see status and ping, by address or network; for others the application answers; repeatable",
    },
    {
      name: "access-log",
      key: "accessLog",
      type: textNamed("file"),
      default: undefined,
      unset: "none",
      help: "write a line for every request to this file, or to standard output for -; several processes may share it, and SIGUSR2 opens it anew",
    },
    {
      name: "access-log-format",
      key: "accessLogFormat",
      type: oneOf(
        "format",
        Object.keys(ACCESS_LOG_FORMATS) as AccessLogFormat[],
      ),
      default: "combined",
      help: "combined is Apache's, timed adds milliseconds and the request id to it, json has all as one object",
    },
    {
      name: "log-file",
      key: "logFile",
      type: textNamed("file"),
      default: undefined,
      unset: "standard error",
      help: "write the log to this file, as lines of JSON; SIGUSR2 opens it anew",
    },
    {
      name: "request-id",
      key: "requestId",
      type: toggle,
      default: false,
      help: "name each request, in request.id of the environ, X-Request-ID of the response, access log and error lines: by Apache's UNIQUE_ID, else the request's own X-Request-ID, else a new one",
    },
  ],
};
