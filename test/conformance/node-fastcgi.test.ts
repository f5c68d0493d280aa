import { conformanceOverEngine } from "./fastcgi-front.ts";

conformanceOverEngine("node-fastcgi");
