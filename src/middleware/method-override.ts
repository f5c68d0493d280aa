import { TOKEN } from "../common/grammar.ts";
import { type BodySource, RequestInput } from "../common/input.ts";
import { limitOf } from "../common/settings.ts";
import type { Environ, Input, Middleware } from "../common/types.ts";
import { checkHeaderName, configError, variableOf } from "./checks.ts";
import { derive } from "./derive.ts";

/** Where {@link methodOverride} looks for a method, and which it takes. */
export interface MethodOverrideOptions {
  /** The header that names the method. `X-HTTP-Method-Override` unless given. */
  readonly header?: string;
  /** The field of an urlencoded form that names it, such as `_method`. No form is read unless given. */
  readonly field?: string;
  /** The methods that may be named. PUT, PATCH and DELETE unless given. */
  readonly methods?: readonly string[];
  /** Bytes a form may have to be looked into. 65,536 unless given. */
  readonly maxFormBytes?: number;
}

const FORM = /^application\/x-www-form-urlencoded[\t ]*(?:;|$)/i;

/**
 * Lets a POST, which is all that HTML forms and some proxies can send, stand for another method. The
 * original method is in `method_override.original`; a form that was read can be read again.
 *
 * @throws {TsgiError} `CONFIG` for a header or method that is no token
 */
export function methodOverride(
  options: MethodOverrideOptions = {},
): Middleware {
  const { header = "X-HTTP-Method-Override", field } = options;
  const { methods = ["PUT", "PATCH", "DELETE"] } = options;
  const limit = limitOf(options, "maxFormBytes") ?? 65_536;
  checkHeaderName(header);
  for (const method of methods) {
    if (typeof method !== "string" || !TOKEN.test(method)) {
      throw configError(`allow ${JSON.stringify(method)}: it is no method`);
    }
  }
  const variable = variableOf(header);

  return (application) => (environ, startResponse) => {
    if (environ.REQUEST_METHOD !== "POST") {
      return application(environ, startResponse);
    }
    const named = environ[variable];
    if (named === undefined && field !== undefined && isForm(environ, limit)) {
      return fromForm(environ, field).then((changed) =>
        application(changed, startResponse),
      );
    }
    return application(override(environ, named), startResponse);
  };

  function override(environ: Environ, named: string | undefined): Environ {
    const method = named?.trim().toUpperCase();
    if (method === undefined || !methods.includes(method)) return environ;
    return derive(environ, {
      REQUEST_METHOD: method,
      "method_override.original": environ.REQUEST_METHOD,
    });
  }

  async function fromForm(environ: Environ, name: string): Promise<Environ> {
    const form = await environ["tsgi.input"].read();
    const named = new URLSearchParams(Buffer.from(form).toString()).get(name);
    const changed = override(environ, named ?? undefined);
    return derive(changed, { "tsgi.input": again(form) });
  }
}

/** Only where it is known to be short: what is read here is held in memory. */
function isForm(environ: Environ, limit: number): boolean {
  const length = Number(environ.CONTENT_LENGTH ?? Number.NaN);
  return FORM.test(environ.CONTENT_TYPE ?? "") && length <= limit;
}

function again(bytes: Uint8Array): Input {
  let rest: Uint8Array | undefined = bytes;
  const source: BodySource = {
    next() {
      const chunk = rest;
      rest = undefined;
      return chunk;
    },
  };
  return new RequestInput(source, {
    length: bytes.length,
    maximum: bytes.length,
  });
}
