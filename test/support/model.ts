// FastCGI 1.0 as one reads it, record by record and without any I/O: what a responder that echoes
// bodies has to do. It is the oracle for whatever a connection may be sent.
import { emptyVariables } from "../../src/common/variables.ts";
import { decodePairs } from "../../src/fastcgi/params.ts";
import { FCGI, type FcgiRecord } from "../../src/fastcgi/protocol.ts";

/** What a web server gets to see. */
export type Outcome =
  | readonly ["answer", id: number, status: number, body: string]
  | readonly ["abort", id: number]
  | readonly ["decline", id: number, protocolStatus: number]
  | readonly ["values"]
  | readonly ["unknown type", type: number]
  | readonly ["close"];

interface Request {
  readonly keep: boolean;
  params: Buffer;
  body: string;
  /** CONTENT_LENGTH, where there is one. */
  length: number;
  phase: "params" | "waiting" | "reading" | "aborted";
  hasInputEnded: boolean;
  hadEarlyEnd: boolean;
}

export class Model {
  readonly #requests = new Map<number, Request>();
  #outcomes: Outcome[] = [];
  #isClosing = false;
  #isClosed = false;

  /** What follows when this record has arrived. */
  step({ type, requestId: id, content }: FcgiRecord): Outcome[] {
    if (this.#isClosed) return [];
    const request = this.#requests.get(id);
    if (id === 0) this.#manage(type);
    else if (type === FCGI.BEGIN_REQUEST) this.#begin(id, content);
    else if (request !== undefined) this.#pass(id, request, type, content);
    return this.#taken();
  }

  /** What follows when the requests that wait (`HTTP_WAIT`) may go on. */
  release(): Outcome[] {
    for (const [id, request] of this.#requests) {
      if (request.phase === "aborted") this.#end(id, ["abort", id]);
      else if (request.phase === "waiting") {
        request.phase = "reading";
        this.#read(id, request);
      }
    }
    return this.#taken();
  }

  #manage(type: number): void {
    if (type === FCGI.BEGIN_REQUEST) this.#fail();
    else if (type === FCGI.GET_VALUES) this.#outcomes.push(["values"]);
    else this.#outcomes.push(["unknown type", type]);
  }

  #begin(id: number, content: Uint8Array): void {
    if (content.length !== 8 || this.#requests.has(id)) {
      this.#fail();
      return;
    }
    const [high, low, flags = 0] = content;
    const keep = (flags & FCGI.KEEP_CONN) !== 0;
    if (high !== 0 || low !== FCGI.RESPONDER) {
      this.#outcomes.push(["decline", id, FCGI.UNKNOWN_ROLE]);
      this.#isClosing ||= !keep;
      this.#settle();
      return;
    }
    this.#requests.set(id, {
      keep,
      params: Buffer.alloc(0),
      body: "",
      length: Number.POSITIVE_INFINITY,
      phase: "params",
      hasInputEnded: false,
      hadEarlyEnd: false,
    });
  }

  #pass(id: number, request: Request, type: number, content: Uint8Array): void {
    const { phase } = request;
    if (type === FCGI.ABORT_REQUEST) {
      if (phase === "waiting") request.phase = "aborted";
      else if (phase !== "aborted") this.#end(id, ["abort", id]);
    } else if (type === FCGI.PARAMS && phase === "params") {
      if (content.length === 0) this.#call(id, request);
      else request.params = Buffer.concat([request.params, content]);
    } else if (type === FCGI.STDIN && !request.hasInputEnded) {
      this.#input(id, request, content);
    }
  }

  #input(id: number, request: Request, content: Uint8Array): void {
    const { length, body, hadEarlyEnd } = request;
    if (content.length > 0) {
      request.body += Buffer.from(content).toString("latin1");
    } else if (
      body === "" &&
      length > 0 &&
      Number.isFinite(length) &&
      !hadEarlyEnd
    ) {
      // mod_fcgid's way to begin a body.
      request.hadEarlyEnd = true;
    } else {
      request.hasInputEnded = true;
    }
    this.#read(id, request);
  }

  #call(id: number, request: Request): void {
    const variables = emptyVariables();
    try {
      decodePairs(request.params, 1000, variables);
    } catch (error) {
      const isLimit = (error as { code: string }).code === "LIMIT";
      this.#end(id, ["answer", id, isLimit ? 431 : 400, ""]);
      return;
    }
    const { REQUEST_METHOD, CONTENT_LENGTH, HTTP_WAIT } = variables;
    const hasControl = Object.keys(variables).some((name) =>
      /[\0-\x1f]/.test(name),
    );
    if (!REQUEST_METHOD || hasControl) {
      this.#end(id, ["answer", id, 400, ""]);
      return;
    }
    if (CONTENT_LENGTH) request.length = Number(CONTENT_LENGTH);
    request.phase = HTTP_WAIT === undefined ? "reading" : "waiting";
    this.#read(id, request);
  }

  /** The application reads the whole body, then answers. */
  #read(id: number, request: Request): void {
    const { phase, body, length, hasInputEnded } = request;
    if (phase !== "reading") return;
    if (body.length >= length || (hasInputEnded && length === Infinity)) {
      this.#end(id, ["answer", id, 200, body.slice(0, length)]);
    } else if (hasInputEnded) {
      this.#end(id, ["answer", id, 400, ""]);
    }
  }

  #end(id: number, outcome: Outcome): void {
    this.#isClosing ||= this.#requests.get(id)?.keep === false;
    this.#requests.delete(id);
    this.#outcomes.push(outcome);
    this.#settle();
  }

  #settle(): void {
    if (this.#isClosing && this.#requests.size === 0) this.#fail();
  }

  #fail(): void {
    this.#isClosed = true;
    this.#requests.clear();
    this.#outcomes.push(["close"]);
  }

  #taken(): Outcome[] {
    const outcomes = this.#outcomes;
    this.#outcomes = [];
    return outcomes;
  }
}
