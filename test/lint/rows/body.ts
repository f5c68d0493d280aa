// F7: body and write.
import type {
  Application,
  Environ,
  StartResponse,
  Write,
} from "../../../src/common/types.ts";
import {
  type AnyFunction,
  answers,
  callerRow,
  hello,
  type Row,
  row,
  TEXT,
  warning,
} from "./row.ts";

type Body = Iterable<string> & { close?: () => void };

const bytes = (text: string) => new TextEncoder().encode(text);

/** A body of two chunks with a close(). */
const closable: Application = (_environ, startResponse) => {
  startResponse("200 OK", TEXT);
  return {
    *[Symbol.iterator]() {
      yield "a";
      yield "b";
    },
    close() {},
  } as Body;
};

/** Middleware that does with the inner body what a server must not. */
function consumes(
  action: (body: Body) => unknown,
): (application: AnyFunction) => unknown {
  return (application) => (environ: Environ, startResponse: StartResponse) => {
    const body = application(environ, startResponse);
    return (function* () {
      yield* action(body) as string[];
    })();
  };
}

/** Middleware that passes chunks on as they come. */
const passes = consumes(function* (body) {
  for (const chunk of body) yield chunk.toUpperCase();
});

const good = consumes((body) => {
  const chunks = [...body];
  body.close?.();
  return chunks;
});

/** Middleware between two validators. */
function between(
  middleware: (application: AnyFunction) => unknown,
  application: Application,
): Row["failing"] {
  return (checked) =>
    checked(middleware(checked(application) as AnyFunction) as Application);
}

function writes(
  action: (write: Write, environ: Environ) => unknown,
): Application {
  return async (environ, startResponse) => {
    await action(startResponse("200 OK", TEXT), environ);
    return [];
  };
}

const sized = (length: number) => [...TEXT, ["Content-Length", `${length}`]];

/** A server that takes its time: write() returns a promise, and the body waits between two chunks. */
function slow(application: AnyFunction): Application {
  return async (environ, startResponse) => {
    const body = await application(
      environ,
      (...args: Parameters<StartResponse>) => {
        const write = startResponse(...args);
        return async (chunk: string) => {
          await write(Buffer.from(chunk));
          await new Promise((resolve) => setImmediate(resolve));
        };
      },
    );
    return (async function* () {
      for (const chunk of body) {
        yield Buffer.from(chunk);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
  };
}

function slowly(
  id: Row["id"],
  name: string,
  failing: unknown,
  passing: unknown,
): Row {
  const server =
    (application: unknown): Row["failing"] =>
    (checked) =>
      slow(checked(application as Application) as AnyFunction);
  return {
    id,
    name,
    ...warning,
    level: "warning",
    failing: server(failing),
    passing: server(passing),
  };
}

/** One that fills its buffer anew, at once or when it was taken. */
function refills(isEarly: boolean): unknown {
  return function* (_environ: unknown, startResponse: StartResponse) {
    startResponse("200 OK", TEXT);
    const buffer = bytes("a");
    if (isEarly) queueMicrotask(() => buffer.fill(0x62));
    yield buffer;
    yield buffer.fill(0x63);
  };
}

export const bodyRows: readonly Row[] = [
  row(
    "F7.02",
    "a number",
    answers("200 OK", TEXT, 5),
    answers("200 OK", TEXT, bytes("5")),
  ),
  row(
    "F7.02",
    "an object",
    answers("200 OK", TEXT, {}),
    answers("200 OK", TEXT, new Set(["x"])),
  ),
  row(
    "F7.03",
    "a number in an array",
    answers("200 OK", TEXT, [5]),
    answers("200 OK", TEXT, ["5"]),
  ),
  row(
    "F7.03",
    "null from a generator",
    answers("200 OK", TEXT, ["a", null]),
    answers("200 OK", TEXT, ["a", "b"]),
  ),
  row("F7.05", "a chunk first", () => "x", hello),
  row(
    "F7.05",
    "no startResponse at all",
    () => [],
    function* (_environ: unknown, startResponse: StartResponse) {
      startResponse("200 OK", TEXT);
      yield "x";
    },
  ),
  callerRow(
    "F7.06",
    "iterated after close",
    consumes((body) => {
      body.close?.();
      return [...body];
    }),
    good,
    { application: closable },
  ),
  callerRow(
    "F7.07",
    "iterated twice",
    consumes((body) => {
      const chunks = [...body, ...body];
      body.close?.();
      return chunks;
    }),
    good,
    { application: closable },
  ),
  callerRow(
    "F7.08",
    "not closed",
    consumes((body) => [...body]),
    good,
    { application: closable, isLate: true },
  ),
  callerRow(
    "F7.09",
    "closed twice",
    consumes((body) => {
      const chunks = [...body];
      body.close?.();
      body.close?.();
      return chunks;
    }),
    good,
    { application: closable },
  ),
  callerRow(
    "F7.10",
    "left without return()",
    consumes((body) => {
      const { value } = body[Symbol.iterator]().next();
      body.close?.();
      return [value];
    }),
    consumes((body) => {
      const chunks = [];
      for (const chunk of body) {
        chunks.push(chunk);
        break;
      }
      body.close?.();
      return chunks;
    }),
    { application: closable, ...warning },
  ),
  {
    id: "F7.11",
    level: "error",
    name: "middleware collects",
    failing: between(
      (application) => (environ: Environ, startResponse: StartResponse) => {
        return [...application(environ, startResponse)].join("");
      },
      answers("200 OK", TEXT, ["a", "b"]),
    ),
    passing: between(passes, answers("200 OK", TEXT, ["a", "b"])),
  },
  {
    id: "F7.12",
    level: "warning",
    name: "middleware joins chunks",
    failing: between(
      consumes(function* (body) {
        yield [...body].join("");
      }),
      answers("200 OK", TEXT, ["a", "b"]),
    ),
    passing: between(passes, answers("200 OK", TEXT, ["a", "b"])),
  },
  {
    id: "F7.13",
    level: "error",
    name: "middleware forgets the body it replaced",
    isLate: true,
    failing: between(
      (application) => (environ: Environ, startResponse: StartResponse) => {
        application(environ, startResponse);
        return "mine";
      },
      closable,
    ),
    passing: between(
      (application) => (environ: Environ, startResponse: StartResponse) => {
        const body = application(environ, startResponse);
        return {
          [Symbol.iterator]: () => ["mine"].values(),
          close: () => body.close(),
        };
      },
      closable,
    ),
  },
  row(
    "F7.14",
    "too much at once",
    answers("200 OK", sized(4)),
    answers("200 OK", sized(5)),
  ),
  row(
    "F7.14",
    "too much",
    answers("200 OK", sized(4), ["hel", "lo"]),
    answers("200 OK", sized(5), ["hel", "lo"]),
  ),
  row(
    "F7.14",
    "too little",
    answers("200 OK", sized(6), ["hel", "lo"]),
    answers("200 OK", sized(5), new Set(["hel", "lo"])),
  ),
  row(
    "F7.14",
    "characters for bytes",
    answers("200 OK", sized(2), "\xe9\xe8"),
    answers("200 OK", sized(4), "\xe9\xe8"),
  ),
  row("F7.15", "HEAD with a body", hello, answers("200 OK", sized(5), []), {
    ...warning,
    request: { method: "HEAD" },
  }),
  row(
    "F7.16",
    "204 with a body",
    answers("204 No Content", [], "x"),
    answers("204 No Content", [], ""),
  ),
  slowly(
    "F7.17",
    "an array that grows",
    (_environ: unknown, startResponse: StartResponse) => {
      startResponse("200 OK", TEXT);
      const chunks = ["a", "b"];
      setImmediate(() => chunks.push("c"));
      return chunks;
    },
    answers("200 OK", TEXT, ["a", "b"]),
  ),
  row(
    "F7.20",
    "a number",
    writes((write) => write(5 as never)),
    writes((write) => write("5")),
  ),
  row(
    "F7.22",
    "from the body",
    async function* (_environ: unknown, startResponse: StartResponse) {
      const write = startResponse("200 OK", TEXT);
      yield "a";
      await write("b");
    },
    writes((write) => write("a")),
  ),
  row(
    "F7.22",
    "after the end",
    writes((write, environ) => {
      environ["tsgi.cleanup"].push(() => write("late"));
    }),
    writes((write) => write("in time")),
    { isLate: true },
  ),
  slowly(
    "F7.23",
    "nobody awaits it",
    writes((write) => {
      void write("a");
    }),
    writes((write) => write("a")),
  ),
  slowly("F7.24", "a chunk is refilled at once", refills(true), refills(false)),
  slowly(
    "F7.24",
    "a chunk is refilled while write() works",
    writes(async (write) => {
      const buffer = bytes("a");
      const waiting = write(buffer);
      buffer.fill(0x62);
      await waiting;
    }),
    writes(async (write) => {
      const buffer = bytes("a");
      await write(buffer);
      buffer.fill(0x62);
      await write(buffer);
    }),
  ),
];
