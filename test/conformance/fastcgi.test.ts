import { conformanceOverEngine } from "./fastcgi-front.ts";

conformanceOverEngine("tsgi");
