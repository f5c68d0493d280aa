// One request of a connection: its streams in, its records out (FastCGI 1.0, sections 5 and 6).
import { TsgiError } from "../common/errors.ts";
import { requestPath } from "../common/mount.ts";
import { Run } from "../common/run.ts";
import { emptyVariables, type Variables } from "../common/variables.ts";
import { FcgiOutput, type Requester } from "./output.ts";
import { ParamsStream } from "./params-stream.ts";
import type { Role } from "./protocol.ts";
import type { Waiter } from "./queue.ts";
import type { Sender } from "./sender.ts";
import type { Service } from "./service.ts";
import { FcgiStdin, type Reader } from "./stdin.ts";

/** What a request needs of its connection. */
export interface Carrier extends Reader {
  readonly sender: Sender;
  /**
   * The request is over and `parts` are its last records. `cut` asks for the connection to break
   * instead, which is the only sign of an incomplete response that web servers understand.
   */
  finish(
    request: FcgiRequest,
    parts: readonly Uint8Array[],
    cut: boolean,
  ): void;
}

/**
 *   beginning ------------> waiting -----------> running ----------------> responded -----------> ended
 *            empty PARAMS           its turn (1)         body is complete             closed
 *
 * (1) At once, unless as many run as may; the {@link Queue} has the `turn`.
 */
export class FcgiRequest implements Requester, Waiter {
  readonly id: number;
  readonly role: Role;
  readonly keepConn: boolean;
  turn: Waiter["turn"] = "none";
  readonly #carrier: Carrier;
  readonly #service: Service;
  readonly #params: ParamsStream;
  readonly #stdin: FcgiStdin;
  readonly #data: FcgiStdin | undefined;
  readonly #output: FcgiOutput;
  /** Undefined while beginning. */
  #run: Run | undefined;
  #grace: NodeJS.Timeout | undefined;
  /** CONTENT_LENGTH in bytes; unknown before the params are complete, too. */
  #bodyLength: number | undefined;
  /** Bytes of STDIN so far. */
  #received = 0;
  #hadEarlyEnd = false;
  #hasInputEnded = false;
  /** The peer did not ask for an abort. */
  #isWanted = true;

  constructor(
    id: number,
    role: Role,
    keepConn: boolean,
    carrier: Carrier,
    service: Service,
  ) {
    const { limits } = service;
    this.id = id;
    this.role = role;
    this.keepConn = keepConn;
    this.#carrier = carrier;
    this.#service = service;
    this.#params = new ParamsStream(limits);
    this.#stdin = new FcgiStdin(carrier, service);
    if (role === "FILTER") this.#data = new FcgiStdin(carrier, service);
    this.#output = new FcgiOutput(this, carrier.sender, limits);
  }

  /** Whether its params are not complete. */
  get isBeginning(): boolean {
    return this.#run === undefined;
  }

  /** Whether its response is complete, though not closed. */
  get hasResponded(): boolean {
    return this.#output.phase === "complete";
  }

  /** Bytes of its body, or data, that nobody has read though somebody could. */
  get unread(): number {
    if (this.isBeginning) return 0;
    return this.#stdin.unread + (this.#data?.unread ?? 0);
  }

  /** Whether the application waits for one stream, which may be behind all of the other. */
  get isStarved(): boolean {
    return this.#stdin.isAwaited || this.#data?.isAwaited === true;
  }

  /** Whether the peer has said that STDIN ends. */
  get hasInputEnded(): boolean {
    return this.#hasInputEnded;
  }

  /** Whether the peer has more of the body to send. */
  get expectsBody(): boolean {
    if (this.#hasInputEnded || this.role === "AUTHORIZER") return false;
    return this.#bodyLength === undefined || this.#received < this.#bodyLength;
  }

  /** Adds a piece of the PARAMS stream. */
  addParams(content: Uint8Array): void {
    this.#params.add(content);
  }

  /** Takes a record of STDIN. @throws {TsgiError} `LIMIT` where it cannot be kept */
  addInput(content: Uint8Array): void {
    const length = this.#bodyLength;
    if (content.length === 0) {
      // mod_fcgid sends an empty record in front of a body that has yet to arrive.
      const isEarly = this.#received === 0 && length !== undefined;
      if (isEarly && length > 0 && !this.#hadEarlyEnd) this.#hadEarlyEnd = true;
      else this.#endInput();
      return;
    }
    const wanted = (length ?? Number.POSITIVE_INFINITY) - this.#received;
    this.#received += content.length;
    this.#keep(this.#stdin, content.subarray(0, Math.max(0, wanted)));
  }

  /** Takes a record of DATA, which only a filter has. @throws {TsgiError} as {@link addInput} */
  addData(content: Uint8Array): void {
    if (this.#data === undefined) return;
    if (content.length === 0) this.#data.end();
    else this.#keep(this.#data, content);
  }

  /** The PARAMS stream has ended: calls the application when it is the request's turn. */
  serve(): void {
    const { limits, queue, settings } = this.#service;
    const { variables, refusal } = this.#variables();
    const parts = {
      variables,
      isClean: this.#params.isClean,
      body: this.#stdin,
      data: this.#data,
      errors: this.#output.errors,
    };
    this.#run = new Run(parts, this.#output, settings);
    if (refusal !== undefined) this.#run.refuse(refusal);
    else if (limits.isExempt?.(variables)) this.begin();
    else if (!queue.enter(this)) this.#decline();
  }

  begin(): void {
    const { application, load } = this.#service;
    const over = this.#run?.serve(application);
    load.call(over);
  }

  /** The peer asked for it, or is gone (`abandoned`): then nothing can be sent any more. */
  abort(reason: TsgiError, abandoned: boolean): void {
    if (abandoned) this.#output.abandon();
    this.#isWanted &&= reason.code !== "ABORTED";
    if (this.#run === undefined) {
      this.#output.decline(true);
    } else if (this.turn === "waiting") {
      if (reason.code !== "SHUTDOWN") this.#run.abort(reason);
      this.#run.refuse(reason);
    } else if (this.hasResponded) {
      // Nothing was lost, so the application need not know; yet its close() may not take for ever.
      const end = () => this.#output.end("completed", false);
      const { abortGraceMs } = this.#service.settings;
      this.#grace ??= setTimeout(end, abortGraceMs);
    } else {
      this.#run.abort(reason);
      this.#discard();
      this.#carrier.resume();
    }
  }

  /** It has waited too long, or the process is about to end: answers at once, so far as that can be. */
  refuse(reason: TsgiError): void {
    if (this.hasResponded) this.#output.end("completed", false);
    else if (this.#run === undefined) this.#output.decline(false);
    else this.#run.refuse(reason);
  }

  ended(parts: readonly Uint8Array[], cut: boolean): void {
    clearTimeout(this.#grace);
    this.#discard();
    this.#carrier.finish(this, parts, cut && this.#isWanted);
  }

  #keep(stream: FcgiStdin, content: Uint8Array): void {
    const { maxBufferedBytes } = this.#service.limits;
    if (this.isBeginning && stream.unread > maxBufferedBytes) {
      throw new TsgiError(
        "LIMIT",
        `Cannot keep more than ${maxBufferedBytes} bytes of a body in front of its params`,
      );
    }
    stream.push(content);
  }

  /** What admission lets in to see whether it is exempt is more than may wait. */
  #decline(): void {
    const { limits, settings } = this.#service;
    const { maxConcurrency, maxQueue, onError } = limits;
    const message = `Cannot begin request ${this.id}: ${maxConcurrency} are running and ${maxQueue} waiting, as many as allowed`;
    onError(new TsgiError("LIMIT", message));
    settings.observer?.refused?.();
    this.#output.declineOverloaded();
  }

  #endInput(): void {
    this.#hasInputEnded = true;
    this.#stdin.end();
  }

  #discard(): void {
    this.#stdin.discard();
    this.#data?.discard();
  }

  #variables(): { variables: Variables; refusal?: TsgiError } {
    let variables: Variables;
    try {
      variables = this.#params.decode();
    } catch (error) {
      return { variables: emptyVariables(), refusal: error as TsgiError };
    }
    variables.FCGI_ROLE = this.role;
    if (this.role === "AUTHORIZER") asAuthorizer(variables);
    const length = Number(variables.CONTENT_LENGTH || Number.NaN);
    if (Number.isInteger(length)) this.#bodyLength = length;
    if (this.role === "AUTHORIZER" || length === 0) this.#stdin.end();
    return { variables };
  }
}

/** Section 6.3: an authorizer gets no path and no body. The interface wants a path all the same. */
function asAuthorizer(variables: Variables): void {
  delete variables.CONTENT_LENGTH;
  delete variables.PATH_TRANSLATED;
  variables.SCRIPT_NAME = "";
  variables.PATH_INFO = requestPath(variables.REQUEST_URI) || "/";
}
