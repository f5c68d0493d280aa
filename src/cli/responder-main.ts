// tsgi-fcgi as `tsgi preview` and `tsgi request` start it: it ends with them, however they end.
import { EXIT } from "./exit-codes.ts";
import { main } from "./tsgi-fcgi.ts";

// The channel to the parent closes even where that was killed. Nothing is ever sent over it.
process.once("disconnect", () => process.exit(EXIT.FAILURE));
process.channel?.unref();
await main(process.argv);
