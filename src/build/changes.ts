// What a file declares for as long as the process lives, and what its functions change later on,
// whichever file declares that.
import type { Reference, Variable } from "eslint-scope";
import type { Identifier, Node } from "estree";
import type { Script } from "./plain-script.ts";
import {
  classAround,
  type Deed,
  deedAt,
  isCollection,
  isExported,
  nameOf,
  runsLater,
  textOf,
} from "./syntax.ts";

/** A name of the module, or one that it adds to its exports. */
export interface Declared {
  readonly name: string;
  readonly at: Node;
  readonly isConstant: boolean;
  /** Whether it holds a Map, an array, an object or the like. */
  readonly isCollection: boolean;
  readonly isExported: boolean;
}

/** Something done to a name of the module, or to one that a file exports. */
export interface Change extends Deed {
  readonly name: string;
  readonly isOfExport: boolean;
}

/** All that a file tells. */
export interface Changes {
  readonly declared: readonly Declared[];
  readonly changes: readonly Change[];
  /** Classes whose methods change their object. */
  readonly changing: ReadonlySet<string>;
  /** Classes of which an object is made while the file is loaded. */
  readonly made: readonly { readonly at: Node; readonly className: string }[];
  readonly timers: readonly Node[];
}

/** Names of all that another file exports, as they are printed where they are declared. */
const NAMESPACE = /^\* as |= require\([^()]*\)$/;
const ALTERS = /^(?:set|add|delete|clear)$/;
/** Of the methods by which a collection gets or loses something, those that hardly anything else has. */
export const ALTERS_ARRAY: RegExp = /^(?:push|pop|shift|unshift|splice)$/;

/** Whether a method of that name changes a collection. */
export function altersCollection(method: string): boolean {
  return ALTERS.test(method) || ALTERS_ARRAY.test(method);
}

/** Looks at each name, and at each node. */
export function changesIn(script: Script): Changes {
  const [module, ...inner] = script.scopes;
  const declared = (module?.variables ?? [])
    .filter(({ defs }) => defs[0]?.type !== "ImportBinding")
    .map((variable) => declaredBy(script, variable));
  const changes = inner.flatMap(({ references }) =>
    references.flatMap((each) => changesBy(script, each)),
  );
  const collections = new Set<string>();
  const objects: Node[] = [];
  const made: { at: Node; className: string }[] = [];
  const timers: Node[] = [];
  for (const node of script.parents.keys()) {
    const [key, value] = assignedBy(node);
    // Rather than one that has a name already.
    const isNew = key && value && value.type !== "Identifier";
    if (isNew && isCollection(script, value)) collections.add(nameOf(key));
    if (node.type === "ThisExpression") objects.push(node);
    if (runsLater(script, node)) continue;
    if (isNew && isExported(script, value)) {
      declared.push({
        name: nameOf(key),
        at: key,
        isConstant: false,
        isCollection: isCollection(script, value),
        isExported: true,
      });
    } else if (node.type === "NewExpression") {
      made.push({ at: node, className: nameOf(node.callee) });
    } else if (node.type === "CallExpression") {
      if (nameOf(node.callee) === "setInterval") timers.push(node);
    }
  }
  const changing = objects
    .filter((node) => isChanged(deedAt(script, node), collections))
    .map((node) => classAround(script, node) ?? "");
  return { declared, changes, changing: new Set(changing), made, timers };
}

function isChanged(
  deed: Deed | undefined,
  fields: ReadonlySet<string>,
): boolean {
  const [field = "", method = ""] = deed?.path.slice(-2) ?? [];
  if (deed?.how !== "call") return field !== "";
  return fields.has(field) && altersCollection(method);
}

function assignedBy(node: Node): readonly (Node | null | undefined)[] {
  if (node.type === "AssignmentExpression") return [node.left, node.right];
  const isProperty = /^Property/.test(node.type) && "key" in node;
  return isProperty ? [node.key, node.value as Node | null] : [];
}

function declaredBy(
  script: Script,
  { name, defs: [definition], identifiers: [at], references }: Variable,
): Declared {
  const kind = definition?.type === "Variable" ? definition.parent.kind : "";
  const places = references.map(({ identifier }) => identifier as Node);
  if (definition?.parent) places.push(definition.parent);
  return {
    name,
    at: at as Node,
    isConstant: kind !== "let" && kind !== "var",
    isCollection: references.some(
      ({ writeExpr, partial }) =>
        writeExpr && !partial && isCollection(script, writeExpr),
    ),
    isExported: places.some((each) => isExported(script, each)),
  };
}

/** To a name that is the file's own, or may be another file's, or both. */
function changesBy(script: Script, reference: Reference): readonly Change[] {
  const { identifier, resolved } = reference;
  const isExports = !resolved && identifier.name === "exports";
  const isOfModule = isExports || resolved?.scope === script.scopes[0];
  if (!isOfModule || !runsLater(script, identifier)) return [];
  const set: Deed = { path: [], how: "set" };
  const deed = deedAt(script, identifier) ?? (reference.isWrite() && set);
  if (!deed) return [];
  const own = { ...deed, name: identifier.name, isOfExport: false };
  const other = exportedName(script, resolved?.identifiers[0]);
  if (other === undefined) return [own];
  const [name = "", ...path] =
    other === "*" ? deed.path : [other, ...deed.path];
  return [own, { ...deed, name, path, isOfExport: true }];
}

/** What the file calls it that a name may be from: `"*"` is all that is exported, as for `exports`. */
function exportedName(script: Script, name?: Identifier): string | undefined {
  const parent = name && script.parents.get(name);
  if (parent === undefined) return "*";
  switch (parent.type) {
    case "ImportDefaultSpecifier":
      return nameOf(parent.local);
    case "ImportSpecifier":
      return nameOf(parent.imported);
    case "Property":
      return nameOf(parent.key);
  }
  return NAMESPACE.test(textOf(script, parent)) ? "*" : undefined;
}
