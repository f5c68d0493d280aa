export { type Finding, LintError, type LintOptions } from "./finding.ts";
export { lint } from "./lint.ts";
export { type Level, type Rule, type RuleId, rules } from "./rules.ts";
