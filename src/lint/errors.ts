// F4: tsgi.errors, as the application writes to it.
import type { ErrorStream } from "../common/types.ts";
import { restricted } from "./members.ts";
import { type Report, show } from "./report.ts";

/** `tsgi.errors` for the application, with the checks of section F4. */
export function lintErrors(errors: ErrorStream, report: Report): ErrorStream {
  const members: Record<string, unknown> = {
    write: (...args: unknown[]) => {
      const [text] = args;
      if (args.length !== 1 || typeof text !== "string") {
        report.fail("F4.01", `write() has ${show(text)}`);
      }
      return errors.write(text as string);
    },
    writelines: (...args: unknown[]) => {
      return errors.writelines(textsOf(args, report));
    },
    flush: (...args: unknown[]) => {
      if (args.length > 0) report.fail("F4.03", "flush() has an argument");
      return errors.flush();
    },
  };
  const about = {
    name: "tsgi.errors",
    close: "F4.05",
    others: "F4.06",
  } as const;
  return restricted(errors, members, about, report);
}

/** Read once: they may come from a generator. */
function textsOf(args: readonly unknown[], report: Report): string[] {
  const [texts] = args;
  const isIterable =
    typeof texts === "object" && texts !== null && Symbol.iterator in texts;
  if (args.length !== 1 || !isIterable) {
    report.fail("F4.02", `writelines() has ${show(texts)}`);
    return [];
  }
  const lines = [...(texts as Iterable<unknown>)];
  for (const line of lines) {
    if (typeof line !== "string") {
      report.fail("F4.02", `writelines() has ${show(line)}`);
    }
  }
  return lines as string[];
}
