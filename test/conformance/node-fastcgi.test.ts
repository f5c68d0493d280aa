import { conformanceOver } from "./fastcgi-front.ts";

conformanceOver("node-fastcgi", "node-fastcgi");
