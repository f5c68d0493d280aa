import { join } from "node:path";
import type { Backend } from "../../client/backend.ts";
import { CgiHost } from "../../client/cgi.ts";
import { FcgiClient } from "../../client/fastcgi.ts";
import { parseAddress } from "../../fastcgi/address.ts";
import { cgiEnvironment } from "../cgi-environment.ts";
import { UsageError } from "../exit-codes.ts";
import type { Setting } from "../options/config.ts";
import { privateFolder } from "../private-folder.ts";
import { ResponderProcess } from "../serving/responder.ts";

/** Milliseconds a responder of our own has to end. */
const LEAVE = 2_000;

/** Where to ask, if no application is named. */
export interface TargetFlags {
  readonly socket?: string;
  readonly listen?: string;
  readonly cgi?: string;
}

/** Something to ask, started but perhaps not ready. */
export interface Target {
  readonly backend: Backend;
  readonly ready: Promise<void>;
  /** What its process writes from now on is not shown. */
  hush(): void;
  end(): Promise<void>;
}

/**
 * Whom to ask: exactly one is named.
 *
 * @throws {UsageError}
 */
export function chooseTarget(
  application: string | undefined,
  { socket, listen, cgi }: TargetFlags,
  settings: readonly Setting[],
): () => Target {
  const choices: (() => Target)[] = [];
  if (socket !== undefined) {
    const address = parseAddress(socket);
    if (!("path" in address)) {
      throw new UsageError(
        `Cannot use --socket ${socket}: it is not a path; --listen takes ports`,
      );
    }
    choices.push(() => existing(new FcgiClient(address)));
  }
  if (listen !== undefined) {
    const address = parseAddress(listen);
    if ("fd" in address) {
      throw new UsageError(
        `Cannot connect to ${listen}: name a port or a path`,
      );
    }
    choices.push(() => existing(new FcgiClient(address)));
  }
  if (cgi !== undefined) {
    choices.push(() => existing(new CgiHost(cgi, cgiEnvironment())));
  }
  if (application !== undefined) {
    choices.push(() => started(application, settings));
  }
  const [choice] = choices;
  if (choice !== undefined && choices.length === 1) return choice;
  throw new UsageError(
    choice === undefined
      ? "Cannot tell whom to ask: name an application, or give --socket, --listen or --cgi"
      : "Cannot tell whom to ask: only one of an application, --socket, --listen and --cgi may be given",
  );
}

function existing(backend: Backend): Target {
  return {
    backend,
    ready: Promise.resolve(),
    hush: () => {},
    end: () => Promise.resolve(),
  };
}

function started(application: string, settings: readonly Setting[]): Target {
  let isShown = true;
  const responder = new ResponderProcess({
    application,
    settings,
    socket: join(privateFolder(), "app.sock"),
    onOutput: (text) => isShown && process.stderr.write(text),
  });
  return {
    backend: responder.client,
    ready: responder.ready,
    hush: () => {
      isShown = false;
    },
    end: () => responder.stop(LEAVE),
  };
}
