// Reads test/fixtures, the captures of real servers; the README there tells what each key means.
import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

export interface CapturedBody {
  readonly length: number;
  readonly sha256: string;
}

/** A value of more than 1,200 bytes is noted by its length, hash and first bytes. */
export type CapturedValue = string | LongValue;

export interface LongValue {
  readonly len: number;
  readonly sha256: string;
  readonly start: string;
}

export interface CapturedRequest {
  readonly id: number;
  readonly role: string;
  readonly keepConn: boolean;
  readonly params: readonly (readonly [name: string, value: CapturedValue])[];
  readonly stdin: CapturedBody & { readonly closed: boolean };
  readonly aborted?: true;
}

/** What one FastCGI connection carried. */
export interface WireCapture {
  readonly name: string;
  readonly server: string;
  readonly client: string;
  readonly end: string;
  readonly records: readonly (readonly number[])[];
  readonly requests: readonly CapturedRequest[];
  readonly wire: Uint8Array;
}

/** What one CGI program was given. */
export interface EnvCapture {
  readonly name: string;
  readonly server: string;
  readonly client: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly argv: readonly string[];
  readonly stdin: CapturedBody & { readonly ended: string };
}

export const wireSetups: readonly string[] = setups("wire");
export const envSetups: readonly string[] = setups("env");

export function wireCaptures(setup: string): WireCapture[] {
  return lines("wire", setup).map((line) => {
    const capture = line as WireCapture & { wire: string };
    return { ...capture, wire: Buffer.from(capture.wire, "latin1") };
  });
}

export function envCaptures(setup: string): EnvCapture[] {
  return lines("env", setup) as EnvCapture[];
}

/** The capture of one name, such as "nginx-app/hdr-dup". */
export function wireCapture(name: string): WireCapture {
  return named(wireCaptures(setupOf(name)), name);
}

/** The capture of one name, such as "apache-cgi/query". */
export function envCapture(name: string): EnvCapture {
  return named(envCaptures(setupOf(name)), name);
}

function folder(kind: string): URL {
  return new URL(`../fixtures/${kind}/`, import.meta.url);
}

function setups(kind: string): string[] {
  const files = readdirSync(folder(kind));
  return files.map((file) => file.replace(".jsonl.gz", "")).sort();
}

function lines(kind: string, setup: string): unknown[] {
  const file = new URL(`${setup}.jsonl.gz`, folder(kind));
  const text = gunzipSync(readFileSync(file)).toString();
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

function setupOf(name: string): string {
  return name.slice(0, name.indexOf("/"));
}

function named<T extends { name: string }>(captures: T[], name: string): T {
  const found = captures.find((capture) => capture.name === name);
  if (found === undefined) throw new Error(`Cannot find capture ${name}`);
  return found;
}
