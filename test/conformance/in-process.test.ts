import { request } from "../support/in-process.ts";
import { conformance, readAnswer, variablesOf } from "./front-ends.ts";

conformance("in-process", async (one) => {
  const answer = await request(one.application, {
    variables: variablesOf(one),
    ...(one.request?.body === undefined ? {} : { body: one.request.body }),
  });
  const bytes = Buffer.concat([
    Buffer.from(answer.head ?? "", "latin1"),
    answer.body,
  ]);
  return readAnswer(bytes, answer.errors, answer.outcome === "completed");
});
