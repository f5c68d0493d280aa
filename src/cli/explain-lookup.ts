// What to explain: a name, a line, or a rule of the validator.
import {
  type Entry,
  entries,
  type Finding,
  findByName,
  findInLine,
  sources,
} from "../explain/index.ts";
import { rules } from "../lint/index.ts";
import { EXIT } from "./exit-codes.ts";
import { StatusError } from "./status-error.ts";
import { suggestion } from "./suggest.ts";

/** A code, another entry's name, or a rule's number; none for what is nothing of these. */
export function lookUpName(word: string): Finding[] {
  const found = findByName(word);
  return found.length > 0 ? found : ruleFindings(word);
}

/** A line of a log. */
export function lookUpLine(line: string): Finding[] {
  return [...ruleFindings(line), ...findInLine(line)];
}

/** Everything that has a name, of one source or of all. */
export function listed(source?: string): readonly Entry[] {
  return entries.filter(
    (entry) => source === undefined || entry.source === source,
  );
}

/** Says that nothing is known of it, and what there is. */
export function unknown(text: string): StatusError {
  const isName = !/\s/.test(text);
  const names = [
    ...entries.map(({ id }) => id),
    ...sources.map(({ name }) => name),
  ];
  const what = isName
    ? `${JSON.stringify(text.slice(0, 80))}: there is no such code${suggestion(text, names)}`
    : "the line: it is none we know";
  return new StatusError(
    EXIT.FAILURE,
    `Cannot explain ${what}; tsgi explain lists what there is`,
  );
}

/** `F5.02`, as the validator's messages begin. */
function ruleFindings(text: string): Finding[] {
  const id = /\bF[0-9]\.[0-9]{2}\b/.exec(text.slice(0, 1_000))?.[0];
  const rule = rules.find((one) => one.id === id);
  if (rule === undefined) return [];
  const { check, advice, levels } = rule;
  const entry: Entry = {
    id: rule.id,
    source: "lint",
    title: check,
    whose: "the application, a middleware, or the server",
    means: `A rule of the validator: ${levels.join(" or ") || "never reported"}. It enforces ${rule.rule}, which docs/specification.md has.`,
    causes: [
      {
        cause: "the rule is broken",
        proof: "tsgi preview, or --lint, names the place in the finding",
        cure: advice,
      },
    ],
  };
  return [{ entry, cause: undefined, values: {}, tier: 1, weight: 0 }];
}
