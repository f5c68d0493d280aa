// Tables that other parts of the house have, as entries: the validator's rules and the doctor's codes.
import { codes } from "../../doctor/codes/index.ts";
import type { Entry } from "../../explain/index.ts";
import { rules } from "../../lint/index.ts";

/** All of them; `source` is `"lint"` or `"doctor"`. */
export const furtherEntries: readonly Entry[] = [
  ...rules.map(
    ({ id, check, advice, levels, rule }): Entry => ({
      id,
      source: "lint",
      title: check,
      whose: "the application, a middleware, or the server",
      means: `A rule of the validator: ${levels.join(" or ") || "never reported"}. It enforces ${rule}, which docs/specification.md has.`,
      causes: [
        {
          cause: "the rule is broken",
          proof: "tsgi preview, or --lint, names the place in the finding",
          cure: advice,
        },
      ],
    }),
  ),
  ...Object.entries(codes).map(
    ([id, { level, fixable, title, causes }]): Entry => ({
      id,
      source: "doctor",
      title,
      means: `A finding of tsgi doctor: ${level}.`,
      causes: causes.map(({ cause, proof, cure }) => ({
        cause,
        proof,
        cure: fixable ? `${cure}; tsgi doctor --fix does it` : cure,
      })),
    }),
  ),
];

/** The ones whose id stands in a text. */
export function furtherNamed(text: string): Entry[] {
  const words = new Set(text.match(/\b[A-Z][A-Z0-9_.]{4,}\b/g));
  return furtherEntries.filter(({ id }) => words.has(id));
}
