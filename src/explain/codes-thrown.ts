// What the page for visitors says of errors that are not ours.
import type { Rows } from "./entry.ts";

/** Of the application's own errors, which have no code. */
export const thrownCodes: Rows<"APPLICATION"> = {
  APPLICATION: {
    title: "the application threw an error of its own",
    whose: "the application",
    means:
      "Visitors see this code in the place of what was thrown. The log has it, by the number of the incident.",
    visitor: "500 Internal Server Error",
    causes: [
      {
        cause:
          "a mistake in its code, or something it needs that does not answer",
        proof:
          "the line of the log with the incident; or send the request again with the token of --debug-token, and see the stack in the answer",
        cure: "mend what the first line of the stack names",
      },
    ],
  },
};
