// Required by `tsgi doctor` before a file of `tsgi build`: tells what Node takes until then, and what the application takes to evaluate.
import { writeSync } from "node:fs";

/** Milliseconds of one start, seen from inside. */
export interface BuiltTimes {
  /** Until Node runs the first line of anything. */
  readonly node: number;
  /** To compile and to evaluate the application, what it awaits at its top level with it. */
  readonly application: number;
}

/** Parts of the runner are called so (see built/start.ts). */
const OF_RUNNER = /\/tsgi\/[\w.-]+$/;

const { DOCTOR_TIMES: descriptor } = process.env;
if (descriptor !== undefined) {
  // What the application starts is not watched.
  delete process.env.DOCTOR_TIMES;
  delete process.env.NODE_OPTIONS;
  watch(Number(descriptor), performance.now());
}

function watch(descriptor: number, node: number): void {
  const vm = process.getBuiltinModule("node:vm");
  let application = 0;
  const since = (start: number): void => {
    application += performance.now() - start;
  };
  vm.Script = class extends vm.Script {
    readonly #isApplication: boolean;

    constructor(...args: ConstructorParameters<typeof vm.Script>) {
      const start = performance.now();
      super(...args);
      const [, options] = args;
      const name = typeof options === "object" ? options.filename : options;
      this.#isApplication = name !== undefined && !OF_RUNNER.test(name);
      if (this.#isApplication) since(start);
    }

    override runInThisContext(
      ...args: Parameters<InstanceType<typeof vm.Script>["runInThisContext"]>
    ): unknown {
      const made = super.runInThisContext(...args);
      if (!this.#isApplication || typeof made !== "function") return made;
      return (...given: unknown[]): unknown => {
        const start = performance.now();
        const result = made(...given);
        if (!(result instanceof Promise)) {
          since(start);
          return result;
        }
        return result.finally(() => since(start));
      };
    }
  };
  process.on("exit", () => {
    const times: BuiltTimes = { node, application };
    writeSync(descriptor, JSON.stringify(times));
  });
}
