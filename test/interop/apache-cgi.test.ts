import { testSetups } from "./suite.ts";

testSetups("apache/cgi");
