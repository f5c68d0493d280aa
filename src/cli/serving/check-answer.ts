// --check-path: an application proves that it can answer, before anybody else may ask.
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { FcgiClient } from "../../client/fastcgi.ts";
import { variablesFor } from "../../client/variables.ts";
import { TsgiError } from "../../common/errors.ts";
import { mountPrefix } from "../../common/mount.ts";
import type { Application } from "../../common/types.ts";
import { serve } from "../../fastcgi/serve.ts";
import type { Values } from "../options/option.ts";
import { privateFolder } from "../private-folder.ts";

/** Characters of what the application has complained of to show. */
const SHOWN = 2_000;
const LOCALHOST = { address: "127.0.0.1", port: 80 };

/** Asks the application for `path`, over a socket nobody else knows. @throws {TsgiError} `LOAD` where the status is 500 or above, or there is none */
export async function checkAnswer(
  application: Application,
  { mount, environ, showErrors }: Values,
  path: string,
): Promise<void> {
  const variables = variablesFor(
    {
      method: "GET",
      target: path,
      version: "1.1",
      headers: [["Host", "localhost"]],
      server: LOCALHOST,
      client: LOCALHOST,
    },
    mountPrefix(mount ?? "/"),
  );
  if (variables === undefined) {
    throw new TsgiError(
      "CONFIG",
      `Cannot use --check-path ${path}: it is outside of --mount ${mount}`,
    );
  }
  const socket = join(privateFolder(), "check.sock");
  const server = await serve(application, {
    mount,
    environ,
    showErrors,
    listen: [socket],
    inherited: false,
  });
  let said = "";
  try {
    const { status, body } = await new FcgiClient({ path: socket }).request({
      variables,
      onErrors: (bytes) => {
        said = `${said}${bytes}`.slice(-SHOWN);
      },
    });
    await text(body);
    if (status >= 500) throw failed(path, `the status is ${status}`, said);
  } catch (error) {
    if (TsgiError.is(error) && error.code === "LOAD") throw error;
    throw failed(path, (error as Error).message, said);
  } finally {
    await server.close();
  }
}

function failed(path: string, why: string, said: string): TsgiError {
  const message = `Cannot serve: --check-path ${path} was not answered: ${why}`;
  return new TsgiError("LOAD", said === "" ? message : `${message}\n${said}`);
}
