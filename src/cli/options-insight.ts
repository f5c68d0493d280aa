import { isClientEntry, LOCAL_CLIENTS } from "../insight/allowed-clients.ts";
import type { OptionGroup } from "./option.ts";
import { list, type OptionType, textNamed } from "./option-types.ts";

/** What the options of insight say. */
export interface InsightValues {
  statusPath?: string | undefined;
  pingPath?: string | undefined;
  statusAllow?: readonly string[] | undefined;
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
  ],
};
