import type { OptionGroup } from "./option.ts";
import { toggle } from "./option-types.ts";

/** What only a process that serves one request has to decide. */
export const cgiOptions: OptionGroup = {
  title: "Start",
  commands: ["tsgi-cgi"],
  options: [
    {
      name: "native-fetch",
      key: "nativeFetch",
      type: toggle,
      default: false,
      help: "leave Headers, Request and Response to Node, which takes three times as long to load its own as to start (docs/performance.md)",
    },
  ],
};
