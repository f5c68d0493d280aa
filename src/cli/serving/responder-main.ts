// tsgi-fcgi as `tsgi preview` and `tsgi request` start it: it ends with them, however they end.
import { EXIT } from "../exit-codes.ts";
import { main } from "../tsgi-fcgi.ts";

// The channel to the parent closes even where that was killed. It takes what the parent may tell.
process.once("disconnect", () => process.exit(EXIT.FAILURE));
process.channel?.unref();
await main(process.argv, (note) => process.send?.(note));
