// The contract between servers and applications: TSGI 1.0, docs/specification.md.

/** A piece of a body. A string means its UTF-8 bytes; either kind is one piece, never iterated. */
export type Chunk = string | Uint8Array;

/**
 * What an application returns. Where the object has a `close()` method the server calls it
 * exactly once, on every path, when the request is over (PEP 3333, "Specification Details").
 */
export type ResponseBody = Chunk | Iterable<Chunk> | AsyncIterable<Chunk>;

/** A body that wants to be told when the request is over. */
export interface Closable {
  /** A promise is awaited; what it throws is logged and changes nothing else. */
  close(): unknown;
}

/** Three digits, a blank, a reason: `"200 OK"`. The code is 200 to 599. */
export type Status = `${number} ${string}`;

/** One response header. Both parts are Latin-1: one code unit is one byte on the wire. */
export type Header = readonly [name: string, value: string];

/**
 * Sends a chunk ahead of the returned body. A promise means "wait before you send more";
 * `undefined` means "go on", so `await write(chunk)` is always right.
 */
export interface Write {
  (chunk: Chunk): Promise<void> | undefined;
  /**
   * Sends status and headers ahead of any chunk, as server-sent events need it. Optional: a
   * middleware that returns a `write` of its own may not pass it on.
   */
  flush?: () => Promise<void> | undefined;
}

/**
 * States status and headers. Nothing is sent before the first non-empty chunk, so an application
 * may call it again with an `error` to replace what it said; after that chunk the error is thrown back.
 *
 * @throws {TsgiError} at once, where status or headers break RFC 9110 or the call comes too late
 */
export type StartResponse = (
  status: Status,
  headers: Iterable<Header>,
  error?: unknown,
) => Write;

/** The interface itself. Called for every request, also while an earlier call still awaits. */
export type Application = (
  environ: Environ,
  startResponse: StartResponse,
) => ResponseBody | PromiseLike<ResponseBody>;

/** An application around an application (docs/specification.md, section A14). */
export type Middleware = (application: Application) => Application;

/** The body of a request. It ends by itself: no call returns more than the request holds. */
export interface Input extends AsyncIterable<Uint8Array> {
  /** Exactly `size` bytes, fewer only at the end; everything that is left without `size`. */
  read(size?: number): Promise<Uint8Array>;
  /** Up to and including the next line feed, at most `size` bytes. */
  readline(size?: number): Promise<Uint8Array>;
  /** The remaining lines; `hint` is a number of bytes after which it may stop early. */
  readlines(hint?: number): Promise<Uint8Array[]>;
  /** The chunks as they arrive: chunks, not lines. Leaving the loop early loses nothing. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array>;
}

/** Where an application reports trouble; it ends in the web server's error log. */
export interface ErrorStream {
  /** Appends text, sent as UTF-8. Never throws and never blocks. */
  write(text: string): void;
  /** Appends them all, with nothing in between. */
  writelines(texts: Iterable<string>): void;
  /** Resolves when what was written has been handed on. */
  flush(): Promise<void>;
}

/** Something `tsgi.file_wrapper` can send. `read` returns at most `size` bytes, none at the end. */
export type FileLike =
  | { read(size: number): Uint8Array | PromiseLike<Uint8Array> }
  | {
      /** A `FileHandle` of `node:fs/promises`, read from its present position. */
      readonly fd: number;
      read(
        buffer: Uint8Array,
        offset: number,
        length: number,
        position: null,
      ): Promise<{ bytesRead: number }>;
    }
  | Blob
  | AsyncIterable<Uint8Array>;

/** Makes a body of a file. `blockSize` is in bytes, 65,536 unless given. */
export type FileWrapper = (
  file: FileLike,
  blockSize?: number,
) => AsyncIterable<Uint8Array> & Closable;

/** The keys which the server itself defines. */
export interface TsgiVariables {
  /** The version of this interface. */
  "tsgi.version": readonly [major: 1, minor: 0];
  "tsgi.url_scheme": "http" | "https";
  /** The request's body; at its end at once where there is none. */
  "tsgi.input": Input;
  /** The log. */
  "tsgi.errors": ErrorStream;
  /** Another thread may call the same application object at the same time. Always false in Node. */
  "tsgi.multithread": boolean;
  /** Another process may serve the same application at the same time. */
  "tsgi.multiprocess": boolean;
  /** This process serves one request and ends (CGI). A hint only. */
  "tsgi.run_once": boolean;
  /** Another request may run while this one awaits. */
  "tsgi.concurrent": boolean;
  /** The server itself ends the input at CONTENT_LENGTH. */
  "tsgi.input_terminated": true;
  /**
   * Aborted when the client or the web server gives the request up, never by a normal end.
   * Its `reason` is a {@link TsgiError} whose `code` tells which.
   */
  "tsgi.signal": AbortSignal;
  /** The repairs made to this request's variables, by name (docs/deployment.md lists them). */
  "tsgi.quirks": readonly string[];
  /** Functions to call, one after another, when the response has ended; what they throw is logged. */
  "tsgi.cleanup": (() => unknown)[];
  /** Optional: an application looks whether it is there (docs/specification.md, section A16). */
  "tsgi.file_wrapper"?: FileWrapper;
  /** The DATA stream of a FastCGI filter (FastCGI 1.0, section 6.4). */
  "tsgi.data"?: Input;
}

/** The meta-variables of RFC 3875, section 4.1. Values are bytes as Latin-1 strings. */
export interface CgiVariables {
  REQUEST_METHOD: string;
  /** The part of the path that led to the application: `""` or `/…`, percent-decoded. */
  SCRIPT_NAME: string;
  /** The rest of the path: `""` or `/…`, percent-decoded once. */
  PATH_INFO: string;
  /** What follows the `?`, not decoded; `""` when there is nothing. */
  QUERY_STRING: string;
  SERVER_NAME: string;
  SERVER_PORT: string;
  SERVER_PROTOCOL: string;
  CONTENT_TYPE?: string;
  CONTENT_LENGTH?: string;
  AUTH_TYPE?: string;
  DOCUMENT_ROOT?: string;
  DOCUMENT_URI?: string;
  FCGI_ROLE?: string;
  GATEWAY_INTERFACE?: string;
  HTTPS?: string;
  PATH?: string;
  PATH_TRANSLATED?: string;
  REMOTE_ADDR?: string;
  REMOTE_HOST?: string;
  REMOTE_IDENT?: string;
  REMOTE_PORT?: string;
  REMOTE_USER?: string;
  REQUEST_SCHEME?: string;
  /** The request target as the client sent it, undecoded, with the query. */
  REQUEST_URI?: string;
  SCRIPT_FILENAME?: string;
  SCRIPT_URI?: string;
  SCRIPT_URL?: string;
  SERVER_ADDR?: string;
  SERVER_ADMIN?: string;
  SERVER_SIGNATURE?: string;
  SERVER_SOFTWARE?: string;
  UNIQUE_ID?: string;
}

/** One request: CGI variables, `tsgi.*`, and whatever middleware adds under a name with a dot. */
export interface Environ extends CgiVariables, TsgiVariables {
  [header: `HTTP_${string}`]: string | undefined;
  [tls: `SSL_${string}`]: string | undefined;
  [redirect: `REDIRECT_${string}`]: string | undefined;
  [extension: `${string}.${string}`]: unknown;
}
