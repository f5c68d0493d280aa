// What every server must do alike. The cases of Plack's suite are requests in terms of HTTP; the
// others are in terms of the variables that reach a gateway.
import type { ConformanceCase } from "./case.ts";
import { environCases } from "./environ-cases.ts";
import { fromHttp } from "./from-http.ts";
import { gatewayCases } from "./gateway-cases.ts";
import { responseCases } from "./response-cases.ts";

/** The cases of {@link conformance}, in order. No two have the same name. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...[...environCases, ...responseCases].map(fromHttp),
  ...gatewayCases,
];
