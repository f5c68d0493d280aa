import { readGatewayAnswer, request } from "../../src/testing/index.ts";
import { conformanceOver } from "./front-ends.ts";

conformanceOver("in-process", (application) => ({
  async send({ variables, body }) {
    const answer = await request(application, {
      variables,
      ...(body === undefined ? {} : { body }),
    });
    const bytes = Buffer.concat([
      Buffer.from(answer.head ?? "", "latin1"),
      answer.body,
    ]);
    const succeeded = answer.outcome === "completed";
    return readGatewayAnswer(bytes, answer.errors, succeeded);
  },
}));
