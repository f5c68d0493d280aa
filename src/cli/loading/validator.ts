// In a file of its own, so that a CGI start loads the validator only where it is asked for.
export { lint } from "../../lint/index.ts";
