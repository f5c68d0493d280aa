import type { OptionGroup } from "./option.ts";
import {
  duration,
  integer,
  integerOr,
  textNamed,
  toggle,
} from "./option-types.ts";

/** What the options of this file say. */
export interface SupervisorValues {
  workers?: number | "auto" | undefined;
  minWorkers?: number | undefined;
  maxWorkers?: number | undefined;
  shrinkAfterMs?: number | undefined;
  startTimeoutMs?: number | undefined;
  idleExitMs?: number | undefined;
  control?: string | undefined;
  touchReload?: string | undefined;
  watch?: boolean | undefined;
  settleMs?: number | undefined;
  checkPath?: string | undefined;
}

/** Workers, and what replaces them. */
export const supervisorOptions: OptionGroup = {
  title: "Workers",
  commands: ["tsgi-fcgi"],
  options: [
    {
      name: "workers",
      key: "workers",
      type: integerOr("auto", 1),
      default: undefined,
      unset: "none: this process serves",
      help: "serve with so many processes, or as many as the machine bears, which a supervisor starts, watches and replaces",
    },
    {
      name: "min-workers",
      key: "minWorkers",
      type: integer(1),
      default: undefined,
      unset: "as many as --workers, or 1 beside --max-workers",
      help: "keep so many workers at least",
    },
    {
      name: "max-workers",
      key: "maxWorkers",
      type: integer(1),
      default: undefined,
      unset: "as many as --workers",
      help: "start up to so many workers when there is much to do",
    },
    {
      name: "shrink-after",
      key: "shrinkAfterMs",
      type: duration,
      default: 60_000,
      help: "time of little to do after which there is one worker less, down to --min-workers",
    },
    {
      name: "start-timeout",
      key: "startTimeoutMs",
      type: duration,
      default: 60_000,
      help: "time a worker has to load the application and listen",
    },
    {
      name: "check-path",
      key: "checkPath",
      type: textNamed("path"),
      default: undefined,
      unset: "none",
      help: "serve only when a GET of this path is answered with a status below 500",
    },
    {
      name: "idle-exit",
      key: "idleExitMs",
      type: duration,
      default: undefined,
      unset: "never",
      help: "end supervisor and workers after so long without a request, for a web server or systemd to start them again",
    },
    {
      name: "control",
      key: "control",
      type: textNamed("path"),
      default: undefined,
      unset: "none",
      help: "take commands of tsgi ctl on this Unix socket, which only this user may open",
    },
    {
      name: "touch-reload",
      key: "touchReload",
      type: textNamed("file"),
      default: undefined,
      unset:
        "tmp/restart.txt beside the application, with workers or on descriptor 0",
      help: "replace the workers when this file is touched; without workers finish and end, where the web server starts another",
    },
    {
      name: "watch",
      key: "watch",
      type: toggle,
      default: false,
      help: "replace the workers when a source in the application's folder changes; for development",
    },
    {
      name: "settle",
      key: "settleMs",
      type: duration,
      default: 1_000,
      help: "after a touch or a change, wait until nothing in the application's folder has changed for so long, 5 minutes at most: an upload may go on",
    },
    {
      name: "graceful-timeout",
      key: "gracefulTimeoutMs",
      type: duration,
      default: undefined,
      unset: "30s, or 700ms where a web server has started this process",
      help: "time running requests have to finish when their process is to end",
    },
  ],
};
