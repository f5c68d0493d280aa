// F3: tsgi.input and tsgi.data, as the application reads them.
import { isBytes } from "../common/chunk.ts";
import { DIGITS } from "../common/grammar.ts";
import type { Input } from "../common/types.ts";
import type { Call } from "./call.ts";
import { restricted } from "./members.ts";
import { show } from "./report.ts";
import type { RuleId } from "./rules.ts";

/** @param length the variable that tells how long it is */
export function lintInput(
  input: Input,
  name: "tsgi.input" | "tsgi.data",
  length: string | undefined,
  call: Call,
): Input {
  const limit =
    length !== undefined && DIGITS.test(length)
      ? Number(length)
      : Number.POSITIVE_INFINITY;
  return restricted(
    input,
    new Reads(input, name, limit, call).members,
    { name, close: "F3.10", others: "F3.12" },
    call,
  );
}

class Reads {
  readonly members: Readonly<Record<string | symbol, unknown>> = {
    read: (...args: unknown[]) => this.#read(args),
    readline: (...args: unknown[]) => this.#readline(args),
    readlines: (...args: unknown[]) => this.#readlines(args),
    [Symbol.asyncIterator]: (...args: unknown[]) => this.#iterate(args),
  };
  readonly #input: Input;
  readonly #name: string;
  readonly #limit: number;
  readonly #call: Call;
  #received = 0;
  #running = 0;

  constructor(input: Input, name: string, limit: number, call: Call) {
    this.#input = input;
    this.#name = name;
    this.#limit = limit;
    this.#call = call;
  }

  #read(args: unknown[]): Promise<unknown> {
    return this.#watch(async () => {
      if (args.length === 0 && !this.#call.environ["tsgi.input_terminated"]) {
        this.#call.warn("F3.01", "read() has no size, and the input no end");
      }
      this.#checkArguments("F3.01", "read", args);
      const [size] = args as [number?];
      const bytes: unknown = await this.#input.read(...(args as [number?]));
      if (bytes === null || bytes === undefined) {
        this.#call.fail("F3.05", `read() resolved with ${String(bytes)}`);
      }
      return this.#checkBytes("F3.04", "read()", bytes, size);
    });
  }

  #readline(args: unknown[]): Promise<unknown> {
    return this.#watch(async () => {
      this.#checkArguments("F3.06", "readline", args);
      const [size] = args as [number?];
      const line: unknown = await this.#input.readline(...(args as [number?]));
      return this.#checkBytes("F3.07", "readline()", line, size);
    });
  }

  #readlines(args: unknown[]): Promise<unknown> {
    return this.#watch(async () => {
      this.#checkArguments("F3.08", "readlines", args);
      const lines: unknown = await this.#input.readlines(
        ...(args as [number?]),
      );
      if (!Array.isArray(lines)) {
        this.#call.fail("F3.08", `readlines() resolved with ${show(lines)}`);
        return lines;
      }
      for (const line of lines) this.#checkBytes("F3.08", "readlines()", line);
      return lines;
    });
  }

  #iterate(args: unknown[]): AsyncIterator<unknown> {
    if (args.length > 0) {
      this.#call.fail("F3.09", `${this.#name} is iterated with an argument`);
    }
    const iterator = this.#input[Symbol.asyncIterator]();
    const next = () =>
      this.#inTurn(async () => {
        const step: IteratorResult<unknown> = await iterator.next();
        if (!step.done) this.#checkBytes("F3.09", "iteration", step.value);
        return step;
      });
    const end = iterator.return?.bind(iterator);
    return end === undefined ? { next } : { next, return: end };
  }

  #watch<T>(read: () => Promise<T>): Promise<T> {
    return this.#call.watch(
      this.#inTurn(read),
      "F3.15",
      `a promise of ${this.#name} is not awaited`,
    );
  }

  async #inTurn<T>(read: () => Promise<T>): Promise<T> {
    if (this.#call.hasEnded) {
      this.#call.fail("F3.13", `${this.#name} is read after the response`);
    }
    if (this.#running > 0) {
      this.#call.warn("F3.14", `${this.#name} is read while a read runs`);
    }
    this.#running++;
    try {
      return await read();
    } finally {
      this.#running--;
    }
  }

  #checkArguments(id: RuleId, method: string, args: readonly unknown[]): void {
    if (args.length > 1) {
      this.#call.fail(id, `${method} has ${args.length} arguments`);
    }
    const [size] = args;
    if (size !== undefined && !(Number.isInteger(size) && Number(size) >= -1)) {
      const said = typeof size === "number" ? String(size) : show(size);
      this.#call.fail("F3.02", `the size is ${said}`);
    }
  }

  #checkBytes(
    id: RuleId,
    method: string,
    bytes: unknown,
    size: number | undefined = -1,
  ): unknown {
    if (!isBytes(bytes)) {
      this.#call.fail(id, `${method} gave ${show(bytes)}`);
      return bytes;
    }
    if (size >= 0 && bytes.length > size) {
      this.#call.fail(id, `${method} gave ${bytes.length} bytes for ${size}`);
    }
    this.#received += bytes.length;
    if (this.#received > this.#limit) {
      this.#call.fail(
        "F3.13",
        `${this.#name} gave more than ${this.#limit} bytes`,
      );
    }
    return bytes;
  }
}
