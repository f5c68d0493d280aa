// What is where in a file, and when that runs.
import type { Node } from "estree";
import type { Script } from "./plain-script.ts";

/** What is done to something, or to what it leads to. */
export interface Deed {
  /** `["locals", "count"]` of `app.locals.count++`; `"[]"` stands for what is computed. */
  readonly path: readonly string[];
  /** To `step` is to assign what builds on the value before. */
  readonly how: "call" | "set" | "step";
}

const EXPORTS = /^(?:module\.)?exports(?:\.\w+)?$/;
/** A WeakMap is none: what it holds lives as long as its keys, elsewhere. */
const COLLECTION = /^(?:Map|Set|Array|Object\.create|Array\.(?:from|of))$/;
const SET = /^(?:=|\?\?=|\|\|=|&&=)$/;
/** Methods that call a function before they return. */
const AT_ONCE =
  /^(?:forEach|map|flatMap|filter|reduce|reduceRight|some|every|find|findIndex|sort|toSorted)$/;

/** As it is printed. */
export function textOf({ code }: Script, { range }: Node): string {
  return code.slice(...(range ?? [0, 0]));
}

/** Of a variable or a property; `"[]"` where that is computed. */
export function nameOf(node: Node): string {
  if (node.type === "MemberExpression") {
    return node.computed ? "[]" : nameOf(node.property);
  }
  return "name" in node ? node.name : "";
}

/** Whether that is when the file has been loaded, and perhaps again and again. */
export function runsLater(script: Script, node: Node): boolean {
  const parent = script.parents.get(node);
  if (parent === undefined) return false;
  return isCalledLater(node, parent) || runsLater(script, parent);
}

/** A function, or what a class gives to each object. */
function isCalledLater(node: Node, parent: Node): boolean {
  if (parent.type === "PropertyDefinition") {
    return node === parent.value && !parent.static;
  }
  if (!/Function/.test(node.type)) return false;
  if (parent.type !== "CallExpression") return true;
  const { callee } = parent;
  const isMethod = callee.type === "MemberExpression";
  return callee !== node && !(isMethod && AT_ONCE.test(nameOf(callee)));
}

/** Whether it is a Map, an array, an object or the like. */
export function isCollection(script: Script, value: Node): boolean {
  if (value.type === "NewExpression" || value.type === "CallExpression") {
    return COLLECTION.test(textOf(script, value.callee));
  }
  return /^(?:Array|Object)Expression$/.test(value.type);
}

/** Whether other files may have it, by itself or in an object. */
export function isExported(script: Script, node: Node): boolean {
  let parent = script.parents.get(node);
  while (parent && /^(?:Property|ObjectExpression)$/.test(parent.type)) {
    parent = script.parents.get(parent);
  }
  return parent?.type === "AssignmentExpression"
    ? EXPORTS.test(textOf(script, parent.left))
    : /^Export/.test(parent?.type ?? "");
}

/** The class whose object `this` is, outside of its constructor. */
export function classAround(script: Script, node: Node): string | undefined {
  const parent = script.parents.get(node);
  if (parent === undefined) return undefined;
  switch (parent.type) {
    case "ClassDeclaration":
    case "ClassExpression":
      return parent.id?.name;
    case "MethodDefinition":
      if (parent.kind === "constructor") return undefined;
  }
  return classAround(script, parent);
}

/** What is done at that, if anything. */
export function deedAt({ parents }: Script, start: Node): Deed | undefined {
  const path: string[] = [];
  for (let node = start; ; ) {
    const parent = parents.get(node);
    if (parent?.type === "MemberExpression" && parent.object === node) {
      path.push(nameOf(parent));
    } else if (parent?.type !== "ChainExpression") {
      const how = howOf(node, parent);
      return how && { path, how };
    }
    node = parent;
  }
}

function howOf(node: Node, parent: Node | undefined): Deed["how"] | undefined {
  switch (parent?.type) {
    case "UpdateExpression":
      return "step";
    case "UnaryExpression":
      return parent.operator === "delete" ? "set" : undefined;
    case "CallExpression":
      return parent.callee === node ? "call" : undefined;
    case "AssignmentExpression":
      if (parent.left !== node) return undefined;
      return SET.test(parent.operator) ? "set" : "step";
  }
  return undefined;
}
