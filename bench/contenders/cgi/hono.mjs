// An application of Hono, which tsgi build puts into one file.
import { Hono } from "hono";

export default new Hono().get("*", (context) =>
  context.text("Hello, world!\n"),
);
