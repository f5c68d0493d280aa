// What AllowOverride permits in .htaccess.
import { CLASSES, knownDirective, type OverrideClass } from "./directives.ts";
import type { Directive } from "./parse.ts";

/** What a .htaccess file may say. */
export interface Override {
  /** Then it is not even read. */
  readonly none: boolean;
  readonly classes: ReadonlySet<OverrideClass>;
  /** Names of AllowOverrideList, in lower case. */
  readonly list: ReadonlySet<string>;
  /** Lines that Apache passes over instead of answering 500. */
  readonly nonfatal: ReadonlySet<"override" | "unknown">;
}

/** What a section says, on top of what was said for the folders above it. */
export function overrideFrom(
  directives: readonly Directive[],
  before: Override = NONE,
): Override {
  let { classes, list, nonfatal } = before;
  for (const { name, args } of directives) {
    const lower = args.map((arg) => arg.toLowerCase());
    if (name === "allowoverride") {
      const words = lower.map((word) => word.replace(/=.*$/, ""));
      const has = (one: OverrideClass): boolean =>
        words.includes("all") || words.includes(one.toLowerCase());
      classes = new Set(CLASSES.filter(has));
      nonfatal = new Set(
        (["override", "unknown"] as const).filter(
          (each) =>
            lower.includes(`nonfatal=${each}`) ||
            lower.includes("nonfatal=all"),
        ),
      );
    } else if (name === "allowoverridelist") {
      list = new Set(lower.filter((word) => word !== "none"));
    }
  }
  return {
    none: classes.size === 0 && list.size === 0,
    classes,
    list,
    nonfatal,
  };
}

const NONE: Override = {
  none: true,
  classes: new Set(),
  list: new Set(),
  nonfatal: new Set(),
};

/** What `override` would have to permit for a directive; "server" for what may never stand in .htaccess; undefined where it is allowed or unknown. */
export function forbiddenBy(
  override: Override,
  name: string,
): string | undefined {
  const classes = knownDirective(name)?.classes;
  if (classes === undefined) return undefined;
  if (classes.length === 0) return "server";
  const isAllowed =
    override.list.has(name) ||
    override.nonfatal.has("override") ||
    classes.some((each) => override.classes.has(each));
  return isAllowed ? undefined : classes.join(" or ");
}
