import { TsgiError } from "../common/errors.ts";
import { emptyVariables, type Variables } from "../common/variables.ts";
import { costOf, kept } from "./kept.ts";
import type { Limits } from "./options.ts";
import { decodeInto } from "./params.ts";

/** Collects the PARAMS stream of one request: a pair may be cut anywhere, so it is decoded whole. */
export class ParamsStream {
  readonly #limits: Limits;
  #pieces: Uint8Array[] = [];
  #length = 0;
  #isClean = false;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Takes the content of a record. What exceeds the limit is counted and not kept. */
  add(content: Uint8Array): void {
    this.#length += costOf(content);
    if (this.#isTooLong) this.#pieces = [];
    else this.#pieces.push(kept(content));
  }

  /** Whether an environ may have all that was decoded. */
  get isClean(): boolean {
    return this.#isClean;
  }

  /**
   * The stream has ended.
   *
   * @throws {TsgiError} `LIMIT`, or `BAD_REQUEST` where a pair runs past the end
   */
  decode(): Variables {
    const variables = emptyVariables();
    const { maxParamsBytes, maxParams } = this.#limits;
    if (this.#isTooLong) {
      throw new TsgiError(
        "LIMIT",
        `Cannot accept the params: they exceed ${maxParamsBytes} bytes`,
      );
    }
    const pieces = this.#pieces;
    const bytes = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
    try {
      this.#isClean = decodeInto(variables, bytes as Uint8Array, maxParams);
      return variables;
    } catch (error) {
      const { code, message } = error as TsgiError;
      throw code === "PROTOCOL" ? new TsgiError("BAD_REQUEST", message) : error;
    }
  }

  get #isTooLong(): boolean {
    return this.#length > this.#limits.maxParamsBytes;
  }
}
