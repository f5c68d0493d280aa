import type { OptionGroup } from "./option.ts";
import { textNamed, toggle } from "./option-types.ts";

/** What those about the process itself say. */
export interface ProcessValues {
  user?: string | undefined;
  group?: string | undefined;
  allowRoot?: boolean | undefined;
  pidFile?: string | undefined;
  daemon?: boolean | undefined;
}

/** As whom, and for whom, the process runs. */
export const processOptions: OptionGroup = {
  title: "Process",
  commands: ["tsgi-fcgi"],
  options: [
    {
      name: "user",
      key: "user",
      type: textNamed("user"),
      default: undefined,
      unset: "whoever starts this",
      help: "become this user, by name or number, once the addresses are bound and before the application is loaded; takes root",
    },
    {
      name: "group",
      key: "group",
      type: textNamed("group"),
      default: undefined,
      unset: "that user's",
      help: "become a member of this group, by name or number; takes root",
    },
    {
      name: "allow-root",
      key: "allowRoot",
      type: toggle,
      default: false,
      help: "serve as root, if that is who starts this and no --user is named",
    },
    {
      name: "pid-file",
      key: "pidFile",
      type: textNamed("file"),
      default: undefined,
      unset: "none",
      help: "write the number of the process to this file once it serves, and remove it at the end; with --user as soon as the addresses are bound",
    },
    {
      name: "daemon",
      key: "daemon",
      type: toggle,
      default: false,
      help: "serve in the background; ends when that serves, or with the reason why it cannot",
    },
  ],
};
