import type { ErrorStream } from "../common/types.ts";

/** The log of one request, in memory. */
export class MemoryErrors implements ErrorStream {
  text = "";

  write(text: string): void {
    this.text += text;
  }

  writelines(texts: Iterable<string>): void {
    for (const text of texts) this.write(text);
  }

  async flush(): Promise<void> {}
}
