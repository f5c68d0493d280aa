// What the clients ask for.
/** One request, and what is answered. */
export interface Work {
  readonly name: string;
  /** Below the mount, with the query. */
  readonly path: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** Posted as JSON. */
  readonly body?: string;
  /** Whether an answer's body is right. */
  isRight(body: Buffer): boolean;
}

export const hello: Work = {
  name: "hello",
  path: "/hello",
  isRight: (body) => body.toString() === "Hello, world!\n",
};

/** What a browser with many cookies and a chain of proxies sends: 30 headers, 4 KB of cookies. */
export const manyHeaders: Work = {
  ...hello,
  name: "30 headers and 4 KB of cookies",
  headers: [
    ...Array.from(
      { length: 29 },
      (_, index) => [`X-Header-${index}`, "v".repeat(40)] as const,
    ),
    [
      "Cookie",
      Array.from(
        { length: 40 },
        (_, index) => `cookie${index}=${"c".repeat(92)}`,
      ).join("; "),
    ],
  ],
};

export function bytes(length: number): Work {
  return {
    name: `${length / 1024} KiB`,
    path: `/bytes?${length}`,
    isRight: (body) => body.length === length,
  };
}

const DOCUMENT = JSON.stringify({
  items: Array.from({ length: 100 }, (_, id) => ({
    id,
    name: "n".repeat(20),
    tags: ["a", "b", "c"],
    text: "t".repeat(24),
  })),
});

export const jsonEcho: Work = {
  name: "10 KB of JSON",
  path: "/echo",
  body: DOCUMENT,
  isRight: (body) =>
    JSON.stringify(JSON.parse(body.toString())).length === DOCUMENT.length,
};
