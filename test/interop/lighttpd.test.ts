import { testSetups } from "./suite.ts";

testSetups("lighttpd/");
