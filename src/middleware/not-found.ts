import type { Application } from "../common/types.ts";

/** What is answered where no application is. */
export const notFound: Application = (_environ, startResponse) => {
  startResponse("404 Not Found", [
    ["Content-Type", "text/plain; charset=utf-8"],
  ]);
  return "Not Found\n";
};
