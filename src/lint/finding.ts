import { TsgiError } from "../common/errors.ts";
import { placeOf, type Trace, trace } from "./place.ts";
import { type Level, type RuleId, ruleOf } from "./rules.ts";

/** One breach of a rule. */
export interface Finding {
  /** The row of docs/lint.md. */
  readonly id: RuleId;
  readonly level: Level;
  /** The rule of docs/specification.md, such as `"A7.01"`. */
  readonly rule: string;
  /** What was found. */
  readonly found: string;
  /** What to change. */
  readonly advice: string;
  /** `"/srv/app.js:12:3"`, where the application's code was at work. */
  readonly place: string | undefined;
}

/** A finding that fails the request; its stack leads to the application's line. */
export class LintError extends TsgiError {
  readonly #finding: Finding;

  constructor(finding: Finding) {
    super("LINT", messageOf(finding));
    this.#finding = finding;
  }

  get finding(): Finding {
    return this.#finding;
  }
}

/** What `lint` can be told. */
export interface LintOptions {
  /** Is told of every finding; without it warnings go to `tsgi.errors`, once for each place. */
  onFinding?: ((finding: Finding) => void) | undefined;
  /** Findings not to make, such as `["F7.15"]`. */
  ignore?: readonly RuleId[] | undefined;
}

/** Makes the findings of one validator. */
export class Findings {
  readonly #onFinding: ((finding: Finding) => void) | undefined;
  readonly #ignored: ReadonlySet<RuleId>;
  /** Ids and places of warnings that were given. */
  readonly #given = new Set<string>();

  constructor(options: LintOptions) {
    this.#onFinding = options.onFinding;
    this.#ignored = new Set(options.ignore);
  }

  get hasListener(): boolean {
    return this.#onFinding !== undefined;
  }

  /** The error to throw, undefined where it is to be ignored. */
  error(id: RuleId, found: string): LintError | undefined {
    if (this.#ignored.has(id)) return undefined;
    const error = new LintError(findingOf(id, "error", found, trace()));
    this.#onFinding?.(error.finding);
    return error;
  }

  /** @param at a stack kept from before, where the breach shows only later */
  warn(
    id: RuleId,
    found: string,
    log: (text: string) => void,
    at: Trace = trace(),
  ): void {
    if (this.#ignored.has(id)) return;
    const finding = findingOf(id, "warning", found, at);
    const key = `${id} ${finding.place}`;
    if (this.#given.has(key)) return;
    this.#given.add(key);
    if (this.#onFinding === undefined) log(messageOf(finding));
    else this.#onFinding(finding);
  }
}

function findingOf(
  id: RuleId,
  level: Level,
  found: string,
  at: Trace,
): Finding {
  const { rule, advice } = ruleOf(id);
  return { id, level, rule, found, advice, place: placeOf(at) };
}

function messageOf({ id, rule, found, advice, place }: Finding): string {
  const where = place === undefined ? "" : ` (${place})`;
  return `Cannot pass ${id}, rule ${rule}: ${found}; ${advice}${where}`;
}
