import { conformanceOver } from "./fastcgi-front.ts";

conformanceOver("fastcgi", "tsgi");
