export type { Answer } from "./answer.ts";
export {
  Client,
  type ClientOptions,
  type ClientRequest,
  client,
  type HeaderSource,
} from "./client.ts";
export type {
  ConformanceCase,
  GatewayAnswer,
  GatewayRequest,
  HttpCaseRequest,
} from "./conformance/case.ts";
export { conformanceCases } from "./conformance/cases.ts";
export {
  type ConformanceOptions,
  type ConformanceTest,
  conformance,
  conformanceTests,
  type StartServer,
  type TestedServer,
} from "./conformance/conformance.ts";
export { readGatewayAnswer } from "./conformance/gateway-request.ts";
export { CookieJar } from "./cookie-jar.ts";
export {
  begin,
  environOf,
  type InProcessRequest,
  request,
} from "./in-process.ts";
export { MemoryOutput } from "./memory-output.ts";
export { type Body, BodyFeed } from "./request-body.ts";
