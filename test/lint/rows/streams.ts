// F3 and F4: tsgi.input and tsgi.errors.
import type { Environ, Input } from "../../../src/common/types.ts";
import type { RuleId } from "../../../src/lint/index.ts";
import {
  type AnyFunction,
  callerRow,
  does,
  type Row,
  row,
  warning,
} from "./row.ts";

type Loose = Record<string | symbol, (...args: unknown[]) => unknown>;

const request = { method: "POST", body: "one\ntwo\n" };

/** What an application does with the input. */
function reads(
  id: RuleId,
  name: string,
  wrong: (input: Loose) => unknown,
  right: (input: Input) => unknown,
  more: Partial<Row> = {},
): Row {
  const use = (action: (input: never) => unknown) =>
    does((environ) => action(environ["tsgi.input"] as never));
  return row(id, name, use(wrong), use(right), { request, ...more });
}

/** An input of middleware that gives something else. */
function gives(
  id: RuleId,
  name: string,
  method: string | symbol,
  wrong: unknown,
  right: unknown,
  size?: number,
): Row {
  const replaced =
    (result: unknown) =>
    (application: AnyFunction) =>
    (environ: Environ, startResponse: unknown) => {
      const input = environ["tsgi.input"] as unknown as Loose;
      environ["tsgi.input"] = {
        read: () => input.read?.(),
        readline: () => input.readline?.(),
        readlines: () => input.readlines?.(),
        [Symbol.asyncIterator]: () => input[Symbol.asyncIterator]?.(),
        [method]:
          typeof method === "symbol"
            ? async function* () {
                yield result;
              }
            : async () => result,
      } as unknown as Input;
      return application(environ, startResponse);
    };
  const application = does(async (environ) => {
    const input = environ["tsgi.input"] as unknown as Loose;
    if (typeof method === "string")
      await input[method]?.(...(size === undefined ? [] : [size]));
    else for await (const _chunk of environ["tsgi.input"]) break;
  });
  return callerRow(id, name, replaced(wrong), replaced(right), {
    request,
    application,
  });
}

/** What an application writes to the log. */
function logs(
  id: RuleId,
  name: string,
  wrong: (errors: Loose) => unknown,
  right: (errors: Environ["tsgi.errors"]) => unknown,
): Row {
  const use = (action: (errors: never) => unknown) =>
    does((environ) => action(environ["tsgi.errors"] as never));
  return row(id, name, use(wrong), use(right));
}

const bytes = (text: string) => new TextEncoder().encode(text);

const unterminated =
  (application: AnyFunction) => (environ: Environ, startResponse: unknown) =>
    application({ ...environ, "tsgi.input_terminated": false }, startResponse);

export const streamRows: readonly Row[] = [
  reads(
    "F3.01",
    "read with two sizes",
    (input) => input.read?.(1, 2),
    (input) => input.read(1),
  ),
  callerRow(
    "F3.01",
    "read to an end that never comes",
    unterminated,
    (application) => application,
    {
      ...warning,
      request,
      application: does((environ) => environ["tsgi.input"].read()),
    },
  ),
  reads(
    "F3.02",
    "read of a string",
    (input) => input.read?.("5"),
    (input) => input.read(-1),
  ),
  reads(
    "F3.02",
    "readline of a half",
    (input) => input.readline?.(0.5),
    (input) => input.readline(0),
  ),
  gives("F3.04", "read gives a string", "read", "one", bytes("one")),
  gives("F3.04", "read gives too much", "read", bytes("one"), bytes("on"), 2),
  gives("F3.05", "read gives null at the end", "read", null, bytes("")),
  reads(
    "F3.06",
    "readline with two sizes",
    (input) => input.readline?.(1, 2),
    (input) => input.readline(1),
  ),
  gives(
    "F3.07",
    "readline gives a string",
    "readline",
    "one\n",
    bytes("one\n"),
  ),
  reads(
    "F3.08",
    "readlines with two hints",
    (input) => input.readlines?.(1, 2),
    (input) => input.readlines(1),
  ),
  gives(
    "F3.08",
    "readlines gives strings",
    "readlines",
    ["one\n"],
    [bytes("one\n")],
  ),
  gives("F3.08", "readlines gives no array", "readlines", bytes("one\n"), []),
  gives(
    "F3.09",
    "iteration gives strings",
    Symbol.asyncIterator,
    "one\n",
    bytes("one\n"),
  ),
  reads(
    "F3.09",
    "iteration with an argument",
    (input) => input[Symbol.asyncIterator]?.(1),
    async (input) => {
      for await (const _chunk of input);
    },
  ),
  reads(
    "F3.10",
    "close",
    (input) => input.close?.(),
    (input) => input.read(),
  ),
  reads(
    "F3.12",
    "end, a method of the server",
    (input) => input.end,
    (input) => (input as unknown as Loose).pipe,
  ),
  reads(
    "F3.12",
    "a method replaced",
    (input) => {
      input.read = () => "";
    },
    (input) => input.read(),
  ),
  gives(
    "F3.13",
    "more than CONTENT_LENGTH",
    "read",
    bytes("one\ntwo\nthree\n"),
    bytes("one\ntwo\n"),
  ),
  row(
    "F3.13",
    "read when the response has ended",
    does((environ) => {
      const input = environ["tsgi.input"];
      environ["tsgi.cleanup"].push(() => input.read());
    }),
    does((environ) => environ["tsgi.input"].read()),
    { request, isLate: true },
  ),
  reads(
    "F3.14",
    "two reads at once",
    (input) => Promise.all([input.read?.(1), input.read?.(1)]),
    async (input) => [await input.read(1), await input.read(1)],
    warning,
  ),
  reads(
    "F3.15",
    "a read that nobody awaits",
    (input) => {
      void input.read?.(1);
    },
    (input) => Promise.all([input.read(1)]),
    warning,
  ),
  logs(
    "F4.01",
    "a number",
    (errors) => errors.write?.(42),
    (errors) => errors.write("42"),
  ),
  logs(
    "F4.01",
    "bytes",
    (errors) => errors.write?.(bytes("x")),
    (errors) => errors.write("x"),
  ),
  logs(
    "F4.02",
    "numbers",
    (errors) => errors.writelines?.([42]),
    (errors) => errors.writelines(["42"]),
  ),
  logs(
    "F4.02",
    "a string",
    (errors) => errors.writelines?.("x"),
    (errors) => errors.writelines(new Set(["x"])),
  ),
  logs(
    "F4.03",
    "flush with an argument",
    (errors) => errors.flush?.(true),
    (errors) => errors.flush(),
  ),
  logs(
    "F4.05",
    "close",
    (errors) => errors.close?.(),
    (errors) => errors.flush(),
  ),
  logs(
    "F4.06",
    "text, a member of the test's stream",
    (errors) => errors.text,
    (errors) => (errors as unknown as Loose).isTTY,
  ),
];
