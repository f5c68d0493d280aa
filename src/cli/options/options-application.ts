import { INTERFACES } from "../loading/load-options.ts";
import type { OptionGroup } from "./option.ts";
import { list, oneOf, toggle } from "./option-types.ts";

/** How the application is loaded. The CGI path loads these, too. */
export const applicationOptions: OptionGroup = {
  title: "Application",
  commands: ["tsgi-cgi", "tsgi-fcgi", "tsgi preview", "tsgi request"],
  options: [
    {
      name: "interface",
      key: "interface",
      type: oneOf("name", INTERFACES),
      default: "auto",
      help: `what the application speaks, where that is not told by what it is: ${INTERFACES.join(", ")}; listen is for a program that opens a port, which is not opened then`,
    },
    {
      name: "factory",
      key: "factory",
      type: toggle,
      default: false,
      help: "call the export, without arguments, for the application or a promise of it",
    },
    {
      name: "env-file",
      key: "envFile",
      type: list("file", "the path of a file", (text) => text !== ""),
      default: [],
      unset: "none",
      help: "add the variables of this file to the environment before the application is loaded; what is there already stays, and of several files the last one wins; repeatable",
    },
  ],
};
