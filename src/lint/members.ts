import type { Report } from "./report.ts";
import type { RuleId } from "./rules.ts";

/**
 * An object of which only some members may be used: those of `allowed`. One that the object has
 * besides is reported, and so is a call of close(), even where it has none; what it has not may be looked for.
 */
export function restricted<T extends object>(
  target: T,
  allowed: Readonly<Record<string | symbol, unknown>>,
  about: { name: string; close: RuleId; others: RuleId },
  report: Report,
): T {
  const { name, close, others } = about;
  const refuse = (member: string | symbol, id: RuleId) =>
    report.fail(id, `${String(member)} of ${name} is used`);
  return new Proxy(target, {
    get(object, member) {
      if (Object.hasOwn(allowed, member)) return allowed[member];
      if (member === "close") return () => refuse(member, close);
      if (isLooking(member)) return Reflect.get(object, member);
      if (member in object) refuse(member, others);
      return Reflect.get(object, member);
    },
    set(object, member, value) {
      refuse(member, others);
      return Reflect.set(object, member, value);
    },
  });
}

/** What looking at an object reads, in a console or a test. */
function isLooking(member: string | symbol): boolean {
  return (
    typeof member === "symbol" ||
    member === "constructor" ||
    member in Object.prototype
  );
}
