// What every set-up is asked.
import type { Case } from "./case.ts";
import { requestCases } from "./request-cases.ts";
import { responseCases } from "./response-cases.ts";
import { streamCases } from "./stream-cases.ts";

export const cases: readonly Case[] = [
  ...requestCases,
  ...responseCases,
  ...streamCases,
];
