// Node's own classes and the light ones, asked the same.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as light from "../../src/adapters/light-fetch.ts";

/** The classes under test, as an application names them; of the types of Node's own some lack what is there. */
export interface Classes {
  readonly Headers: typeof light.Headers;
  readonly Request: typeof light.Request;
  readonly Response: typeof light.Response;
  readonly fetch: typeof light.fetchNatively;
}

const native = { Headers, Request, Response, fetch } as unknown as Classes;
const ours: Classes = { ...light, fetch: light.fetchNatively };

/** What is asked of the classes. */
export type Question = (classes: Classes) => unknown;

/** A question, and what it is about. */
export type Row = readonly [name: string, question: Question];

/** Shows that both answer the same to each question, or throw errors of the same kind. */
export function agreeOn(subject: string, rows: readonly Row[]): void {
  for (const [name, question] of rows) {
    test(`light ${subject} does as Node's own: ${name}`, () => agree(question));
  }
}

/** The same for one question. */
export async function agree(question: Question): Promise<void> {
  const expected = await outcome(question, native);
  assert.deepEqual(await outcome(question, ours), expected);
}

/** What it answers, or the kind of error it throws. */
export async function outcome(
  question: Question,
  classes: Classes,
): Promise<unknown> {
  try {
    return { answer: await question(classes) };
  } catch (error) {
    assert.ok(error instanceof Error);
    return { thrown: error.constructor.name };
  }
}

type Both =
  | InstanceType<Classes["Request"]>
  | InstanceType<Classes["Response"]>;

/** All that can be seen of a Response, or of a Request. */
export async function seen(value: Both): Promise<Record<string, unknown>> {
  const members: Record<string, unknown> = {};
  // Node's own prototypes tell all there is, and in which order it is enumerated.
  const { prototype } = "status" in value ? Response : Request;
  for (const name of Object.keys(prototype)) {
    const member: unknown = Reflect.get(value, name);
    if (typeof member === "function") members[name] = "a function";
    else if (typeof member !== "object") members[name] = member;
  }
  const headers = [...value.headers];
  const hasBody = value.body !== null;
  const text = await value.text();
  return { members, headers, hasBody, text, isUsed: value.bodyUsed };
}

/** Where the questions go to. */
export const ADDRESS = "http://a.example/b?c=d#e";

/** A POST with a body of any kind. */
export function post(
  { Request }: Classes,
  body: unknown,
  init: object = {},
): InstanceType<Classes["Request"]> {
  return new Request(ADDRESS, {
    method: "POST",
    body,
    duplex: "half",
    ...init,
  });
}

/** Of these chunks. */
export function stream(...chunks: unknown[]): ReadableStream {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

/** What Node takes for a body, and the standard does not; with an empty piece it waits for ever. */
export async function* pieces(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("one ");
  yield Buffer.from("two");
}
