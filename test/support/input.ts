// Shorthands for tests of tsgi.input.
import { RequestInput } from "../../src/common/input.ts";
import type { Chunk, Input } from "../../src/common/types.ts";
import { bodyLength, bodySource } from "../../src/testing/request-body.ts";

/** The input of a body whose length is known, unless that is `null`. */
export function inputOf(
  pieces: readonly Chunk[],
  length: number | null | undefined = bodyLength(pieces),
  maximum: number = Number.POSITIVE_INFINITY,
): RequestInput {
  const limits = { length: length ?? undefined, maximum };
  return new RequestInput(bodySource(pieces), limits);
}

export async function chunksOf(input: Input): Promise<string[]> {
  const chunks: string[] = [];
  for await (const chunk of input) chunks.push(text(chunk));
  return chunks;
}

/** Bytes as Latin-1, so that no byte is lost. */
export function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
