// What Request and Response have in common: the mixin Body of the Fetch Standard (section 5.3).
import type { Content } from "./light-content.ts";
import type { Headers } from "./light-headers.ts";
import { nativeResponse } from "./light-native.ts";
import { makeEnumerable } from "./light-webidl.ts";
import { WHOLE_BODY, type WholeBody } from "./whole-body.ts";

/** The content of a body; undefined where that is null. */
let contentOf: (body: Body) => Content | undefined;
let setContent: (body: Body, content: Content | undefined) => void;
/** Whether it is one of ours, and not of Node. */
let isBody: (value: unknown) => value is Body;

export { contentOf, isBody, setContent };

/** A body, which may be none. */
export abstract class Body {
  #content: Content | undefined;

  abstract get headers(): Headers;

  get body(): ReadableStream<Uint8Array> | null {
    return this.#content?.stream() ?? null;
  }

  get bodyUsed(): boolean {
    return this.#content?.isUsed ?? false;
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return (await this.bytes()).buffer;
  }

  async blob(): Promise<Blob> {
    return (await this.#native()).blob();
  }

  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#content?.bytes() ?? new Uint8Array(0);
  }

  async formData(): Promise<FormData> {
    return (await this.#native()).formData();
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes());
  }

  static {
    Object.defineProperty(Body.prototype, WHOLE_BODY, {
      value(this: Body): ReturnType<WholeBody[typeof WHOLE_BODY]> {
        return this.#content?.takeWhole();
      },
    });
    contentOf = (body) => body.#content;
    setContent = (body, content) => {
      body.#content = content;
    };
    isBody = (value): value is Body =>
      typeof value === "object" && value !== null && #content in value;
  }

  /** For types of content, which Node's own classes parse. */
  async #native(): Promise<Response> {
    const type = this.headers.get("content-type");
    const bytes = await this.bytes();
    return nativeResponse(bytes, type === null ? {} : { "content-type": type });
  }
}

makeEnumerable(Body.prototype);
