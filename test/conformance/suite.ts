// What every front end must do alike: the cases of Plack's suite, as requests in terms of HTTP with
// the application that answers each. None of them knows how the request travels.
import { environCases } from "./environ-cases.ts";
import type { Case } from "./http-case.ts";
import { responseCases } from "./response-cases.ts";

export type { Case, CaseResponse } from "./http-case.ts";

export const cases: readonly Case[] = [...environCases, ...responseCases];
