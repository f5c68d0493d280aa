import { join } from "node:path";
import type {
  Backend,
  BackendRequest,
  BackendResponse,
} from "../../client/backend.ts";
import { TsgiError } from "../../common/errors.ts";
import { applicationFolder } from "../serving/application-folder.ts";
import { type ResponderPlan, ResponderProcess } from "../serving/responder.ts";
import { FolderWatch } from "../watch.ts";
import { readable } from "./readable.ts";

/** Milliseconds a replaced responder may take for the requests it still has. */
const DRAIN = 40_000;
/** Milliseconds the last one has at the end. */
const LEAVE = 2_000;

/** What to preview. */
export interface PreviewPlan extends Omit<ResponderPlan, "socket" | "onNote"> {
  /** A folder for sockets, used by nobody else. */
  readonly folder: string;
  /** Tells the developer what goes on, in a line. */
  readonly notify: (line: string) => void;
}

/**
 * An application that is replaced by a new process of it whenever its folder changes. Requests wait
 * for a new one to be ready; those that run finish on the old one. Where a new one does not start,
 * requests fail with its error until the next change.
 */
export class PreviewSession implements Backend {
  readonly #plan: PreviewPlan;
  readonly #watch: FolderWatch | undefined;
  readonly #processes = new Set<ResponderProcess>();
  #backend: Backend | undefined;
  #current: ResponderProcess | undefined;
  #starting: ResponderProcess | undefined;
  #count = 0;
  readonly #notes = new Set<string>();
  #replacing: Promise<void> | undefined;
  #changed = false;
  #closed = false;

  constructor(plan: PreviewPlan) {
    this.#plan = plan;
    this.#watch = this.#watchFolder();
    this.#replace();
  }

  async request(request: BackendRequest): Promise<BackendResponse> {
    await this.#replacing;
    return (this.#backend as Backend).request(request);
  }

  /** Ends every process. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#watch?.close();
    const processes = [...this.#processes];
    await Promise.all(processes.map((each) => each.stop(LEAVE)));
    await this.#replacing;
  }

  #watchFolder(): FolderWatch | undefined {
    const { application, notify } = this.#plan;
    try {
      return new FolderWatch(applicationFolder(application), () =>
        this.#replace(),
      );
    } catch (error) {
      notify(`Changes will not be noticed: ${(error as Error).message}`);
      return undefined;
    }
  }

  #replace(): void {
    this.#changed = true;
    void this.#starting?.stop(LEAVE);
    this.#replacing ??= this.#startUntilCurrent().finally(() => {
      this.#replacing = undefined;
    });
  }

  /** Never rejects. */
  async #startUntilCurrent(): Promise<void> {
    while (this.#changed && !this.#closed) {
      this.#changed = false;
      const before = this.#current;
      try {
        await this.#start();
        if (this.#count > 1) this.#plan.notify("Reloaded");
      } catch (error) {
        if (!this.#changed && !this.#closed) this.#break(error as TsgiError);
      }
      void before?.stop(DRAIN);
    }
  }

  async #start(): Promise<void> {
    const socket = join(this.#plan.folder, `${++this.#count}.sock`);
    const responder = new ResponderProcess({
      ...this.#plan,
      socket,
      onNote: (note) => this.#tell(note),
    });
    this.#processes.add(responder);
    void responder.ended.then((error) => {
      this.#processes.delete(responder);
      if (this.#current === responder && !this.#closed) this.#break(error);
    });
    this.#starting = responder;
    await responder.ready.finally(() => {
      this.#starting = undefined;
    });
    this.#current = responder;
    this.#backend = responder.client;
  }

  /** Once: a change seldom makes something else of an application. */
  #tell(note: string): void {
    if (this.#notes.has(note)) return;
    this.#notes.add(note);
    this.#plan.notify(note);
  }

  #break(error: TsgiError): void {
    this.#current = undefined;
    const said = readable(String(error.cause));
    const page = `${error.message}\n\n${said}`.trimEnd();
    const shown = new TsgiError("LOAD", page, { cause: error });
    this.#backend = { request: () => Promise.reject(shown) };
    this.#plan.notify(`${error.message}; waiting for a change`);
  }
}
