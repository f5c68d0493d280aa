import { Readable } from "node:stream";
import { inspect } from "node:util";
import { agreeOn, pieces, post, type Row, seen, stream } from "./light-both.ts";

const bodies: readonly Row[] = [
  "text",
  "h\xe9\u20ac\ud800",
  "",
  "\ufeffmarked",
  5,
  null,
  undefined,
  true,
  {},
  [1, 2],
  new Date(0),
  new URLSearchParams({ a: "b c" }),
  Buffer.from("bytes"),
  new Uint16Array([1, 2]),
  new Uint8Array([255, 254]).buffer,
  new DataView(new ArrayBuffer(3), 1),
  new Blob(["blob"]),
  new Blob(["typed"], { type: "text/x;y=z" }),
  new File(["file"], "name", { type: "a/b" }),
].map(
  (body): Row => [
    `a body of ${inspect(body)}`,
    async (classes) => [
      await seen(new classes.Response(body)),
      await seen(post(classes, body)),
      [...new Uint8Array(await new classes.Response(body).arrayBuffer())],
      [...(await new classes.Response(body).bytes())],
    ],
  ],
);
agreeOn("Body", bodies);
agreeOn("Body", [
  [
    "twice",
    async ({ Response }) => {
      const made = new Response("x");
      await made.text();
      return made.text();
    },
  ],
  [
    "twice at once",
    async ({ Response }) => {
      const made = new Response("x");
      return (await Promise.allSettled([made.text(), made.json()])).map(
        ({ status }) => status,
      );
    },
  ],
  [
    "nothing twice",
    async ({ Response }) => {
      const made = new Response();
      return [await made.text(), await made.text(), made.bodyUsed, made.body];
    },
  ],
  [
    "used at once",
    ({ Response }) => {
      const made = new Response("x");
      void made.bytes();
      return made.bodyUsed;
    },
  ],
  [
    "the body after text()",
    async ({ Response }) => {
      const made = new Response("x");
      await made.text();
      return [made.body?.locked, made.bodyUsed];
    },
  ],
  [
    "the same body",
    ({ Response }) => {
      const made = new Response("x");
      const { body } = made;
      return [made.body === body, made.bodyUsed, made.body?.locked];
    },
  ],
  [
    "the body",
    async ({ Response }) => {
      const made = new Response("x");
      const found: unknown[] = [];
      for await (const chunk of made.body as unknown as AsyncIterable<Uint8Array>)
        found.push([...chunk]);
      return [
        found,
        made.bodyUsed,
        await made.text().catch(({ name }) => name),
      ];
    },
  ],
  [
    "into a buffer",
    async ({ Response }) => {
      const reader = new Response("xyz").body?.getReader({ mode: "byob" });
      const first = await reader?.read(new Uint8Array(2));
      return [[...(first?.value ?? [])], first?.done];
    },
  ],
  [
    "a body with a reader",
    async ({ Response }) => {
      const made = new Response("x");
      made.body?.getReader();
      return [made.bodyUsed, await made.text().catch(({ name }) => name)];
    },
  ],
  [
    "a clone of a body with a reader",
    ({ Response }) => {
      const made = new Response("x");
      made.body?.getReader();
      return made.clone();
    },
  ],
  [
    "a clone of what is read",
    async ({ Response }) => {
      const made = new Response("x");
      await made.text();
      return made.clone();
    },
  ],
  [
    "both clones",
    async ({ Response }) => {
      const made = new Response("x", { headers: { a: "b" }, status: 201 });
      const copy = made.clone();
      copy.headers.set("a", "c");
      return [await seen(made), await seen(copy)];
    },
  ],
  [
    "both clones of a stream",
    async ({ Response }) => {
      const made = new Response(stream(Buffer.from("a"), Buffer.from("b")));
      const copy = made.clone();
      return [await copy.text(), await made.text()];
    },
  ],
  [
    "a clone after the body was asked for",
    async ({ Response }) => {
      const made = new Response("x");
      void made.body;
      return [await made.clone().text(), await made.text()];
    },
  ],
  [
    "a stream",
    ({ Response }) =>
      seen(new Response(stream(Buffer.from("a"), new Uint8Array([98])))),
  ],
  ["a stream of strings", ({ Response }) => new Response(stream("a")).text()],
  [
    "a stream that fails",
    ({ Response }) =>
      new Response(
        new ReadableStream({
          pull() {
            throw new RangeError("x");
          },
        }),
      ).text(),
  ],
  [
    "a stream with a reader",
    ({ Response }) => {
      const body = stream();
      body.getReader();
      return new Response(body);
    },
  ],
  [
    "a stream that was read",
    async ({ Response }) => {
      const body = stream();
      const reader = body.getReader();
      await reader.read();
      reader.releaseLock();
      return new Response(body);
    },
  ],
  [
    "an async generator",
    ({ Response }) => seen(new Response(pieces() as never)),
  ],
  [
    "a Readable",
    ({ Response }) =>
      seen(new Response(Readable.from([Buffer.from("a")]) as never)),
  ],
  [
    "both clones of an async generator",
    async ({ Response }) => {
      const made = new Response(pieces() as never);
      const copy = made.clone();
      return [await made.text(), await copy.text()];
    },
  ],
  ["json", ({ Response }) => new Response('\ufeff{"a":[1]}').json()],
  ["json that is none", ({ Response }) => new Response("{").json()],
  [
    "broken UTF-8",
    ({ Response }) => new Response(Buffer.from("e282ffc3", "hex")).text(),
  ],
  [
    "bytes that change later",
    async ({ Response }) => {
      const bytes = Buffer.from("a");
      const made = new Response(bytes);
      bytes[0] = 98;
      return made.text();
    },
  ],
  [
    "bytes of one's own",
    async ({ Response }) => {
      const made = new Response(Buffer.from("abc"));
      const copy = made.clone();
      (await made.bytes()).fill(0);
      const bytes = await copy.bytes();
      return [bytes.constructor.name, bytes.buffer.byteLength, [...bytes]];
    },
  ],
  [
    "a blob",
    async ({ Response }) => {
      const blob = await new Response("x", {
        headers: { "content-type": "Text/HTML; Charset=A" },
      }).blob();
      return [blob.type, blob.size, await blob.text()];
    },
  ],
  [
    "a blob without a type",
    async ({ Response }) => {
      const blob = await new Response(Buffer.from("x")).blob();
      return [blob.type, blob.size];
    },
  ],
  [
    "a form",
    async ({ Response }) => [
      ...(await new Response(new URLSearchParams("a=b&a=%20")).formData()),
    ],
  ],
  ["a form that is none", ({ Response }) => new Response("x").formData()],
  [
    "a form, twice",
    async ({ Response }) => {
      const made = new Response("x");
      await made.text();
      return made.formData();
    },
  ],
  [
    "a form with files",
    async ({ Response }) => {
      const form = new FormData();
      form.append('a"\r\n', "b\nc\u20ac");
      form.append("f", new File(["x\ny"], '\xfc"n.txt', { type: "text/x" }));
      form.append("f", new Blob(["z"]));
      const made = new Response(form);
      const raw = (await made.clone().text()).replaceAll(
        /(?<=^|\n)--.*/g,
        "--boundary",
      );
      const type = made.headers.get("content-type")?.replace(/boundary=.*/, "");
      const found: unknown[] = [];
      for (const [name, value] of await made.formData()) {
        found.push(
          name,
          typeof value === "string"
            ? value
            : [value.name, value.type, await value.text()],
        );
      }
      return [raw, type, found];
    },
  ],
]);
