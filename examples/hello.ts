// The smallest application, with its types. The interface needs no import at run time.
import type { Application } from "tsgi";

const application: Application = (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain; charset=utf-8"]]);
  return `Hello from ${environ.SERVER_NAME}!\n`;
};

export default application;
