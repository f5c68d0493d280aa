// tsgi-fcgi --daemon, in the background.

import { main } from "../tsgi-fcgi.ts";
import { attendStarter, tellStarter } from "./starter.ts";

/** As `daemon.ts` starts it. */
const PIPE = 3;

attendStarter(PIPE);
// What Node would print about it goes nowhere.
process.on("uncaughtExceptionMonitor", (error) => {
  tellStarter(`${error instanceof Error ? error.stack : String(error)}\n`);
});
await main(process.argv);
