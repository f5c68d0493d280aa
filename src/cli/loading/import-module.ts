// In a bundle of its own, which Node loads: what bin/tsgi-cgi has compiled by itself cannot import().
import { pathToFileURL } from "node:url";

/** The exports of an ES module. */
export function importModule(file: string): Promise<unknown> {
  return import(pathToFileURL(file).href);
}
