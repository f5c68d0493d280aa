import { mountPrefix } from "../../common/mount.ts";
import type { OptionGroup } from "./option.ts";
import {
  duration,
  type OptionType,
  pairs,
  size,
  textNamed,
  toggle,
} from "./option-types.ts";

const mountPoint: OptionType<string> = {
  ...textNamed("path"),
  expects: "a path such as /app",
  parse([given = ""]) {
    try {
      mountPrefix(given);
      return given;
    } catch {
      return undefined;
    }
  },
};

/** What every front end lets a deployer decide about requests. The CGI path loads these and no others. */
export const requestOptions: OptionGroup = {
  title: "Requests",
  commands: ["tsgi-cgi", "tsgi-fcgi", "tsgi preview"],
  options: [
    {
      name: "mount",
      key: "mount",
      type: mountPoint,
      default: undefined,
      unset: "what the web server says",
      help: "path of the URL the application is mounted at, such as /app, or / for a whole site; SCRIPT_NAME and PATH_INFO are then told from REQUEST_URI, which is right on every server",
    },
    {
      name: "environ",
      key: "environ",
      type: pairs,
      default: {},
      unset: "none",
      help: "add this to the environ of every request; repeatable",
    },
    {
      name: "max-body",
      key: "maxBodyBytes",
      type: size,
      default: undefined,
      unset: "no limit",
      help: "answer a larger request body with 413",
    },
    {
      name: "max-header-bytes",
      key: "maxHeaderBytes",
      type: size,
      default: 65_536,
      help: "answer with 500 where the application's headers are larger in all",
    },
    {
      name: "request-timeout",
      key: "requestTimeoutMs",
      type: duration,
      default: 0,
      unset: "for ever",
      help: "time an application may take before it is aborted, and answered for with 504",
    },
    {
      name: "abort-grace",
      key: "abortGraceMs",
      type: duration,
      default: 5_000,
      help: "time an aborted application may go on before its request is closed",
    },
    {
      name: "show-errors",
      key: "showErrors",
      type: toggle,
      default: false,
      help: "show errors and their stacks to visitors; for development only",
    },
    {
      name: "debug-token",
      key: "debugToken",
      type: textNamed("token"),
      default: undefined,
      unset: "none",
      help: "show errors and their stacks to whoever sends this in the header X-TSGI-Debug, 16 characters or more; TSGI_DEBUG_TOKEN keeps it out of the list of processes",
    },
    {
      name: "lint",
      key: "lint",
      type: toggle,
      default: false,
      help: "check an application of TSGI in every request, and fail what breaks a rule (docs/lint.md)",
    },
  ],
};

/** Where options may come from besides the command line and the environment. */
export const configOptions: OptionGroup = {
  title: "Configuration",
  commands: ["tsgi-cgi", "tsgi-fcgi", "tsgi preview", "tsgi request"],
  options: [
    {
      name: "config",
      key: "config",
      type: textNamed("file"),
      default: undefined,
      unset: "none",
      help: 'read options from a JSON file, such as { "mount": "/app", "maxBody": "1m" }',
    },
  ],
};
